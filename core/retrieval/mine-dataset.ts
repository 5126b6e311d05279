import type { QADataset } from '../contracts/dataset.ts';
import type { MiningOptions, MiningReport } from '../contracts/mining.ts';
import type { TextEncoder } from '../contracts/model.ts';
import { mineHardNegatives } from './mine-hard-negatives.ts';
import { unitRows } from './score-blocks.ts';

export interface MiningSettings {
  readonly options: MiningOptions;
  /** Numbers in [0, 1) for the draw. */
  readonly random: () => number;
  /** Texts embedded so far, of how many. */
  readonly onProgress?: (done: number, total: number) => void;
}

/**
 * The dataset with hard negatives of the model's own finding, behind those that it names already.
 * @throws Fault `quality` if the model gives vectors that are not unit vectors.
 */
export async function mineDataset(
  encoder: TextEncoder,
  dataset: QADataset,
  { options, random, onProgress }: MiningSettings,
): Promise<{ dataset: QADataset; report: MiningReport }> {
  // One passage a text: the same words under another id answer as well, or as little.
  const passages = new Map<string, string>();
  for (const id of Object.keys(dataset.corpus).sort()) {
    const text = dataset.corpus[id] as string;
    if (!passages.has(text)) passages.set(text, id);
  }
  const texts = [...passages.keys()];
  const ids = [...passages.values()];
  const rowOf = new Map(texts.map((text, row) => [text, row]));
  const queries = Object.entries(dataset.queries);
  const total = queries.length + texts.length;
  const queryRows = await unitRows(
    encoder,
    queries.map(([, text]) => text),
    { as: 'query', onProgress: (done) => onProgress?.(done, total) },
  );
  const passageRows = await unitRows(encoder, texts, {
    as: 'passage',
    onProgress: (done) => onProgress?.(queries.length + done, total),
  });
  const known = queries.map(([id, text]) => {
    const answers = (dataset.relevant_docs[id] ?? []).map((passage) => dataset.corpus[passage] as string);
    const rows = [...answers, text].map((answer) => rowOf.get(answer));
    return new Set(rows.filter((row) => row !== undefined));
  });
  const { negatives, report } = await mineHardNegatives({ queryRows, passageRows, known, options, random });
  const found = queries.map(([id], q) => {
    const mined = negatives[q]?.map(({ row }) => ids[row] as string) ?? [];
    return [id, [...new Set([...(dataset.hard_negatives?.[id] ?? []), ...mined])]];
  });
  return { dataset: { ...dataset, hard_negatives: Object.fromEntries(found) }, report };
}
