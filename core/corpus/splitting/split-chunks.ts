import type { Chunk, Split } from '../../contracts/corpus.ts';
import { Fault } from '../../contracts/fault.ts';
import type { RunInput } from '../../contracts/run-input.ts';
import { leakage } from './leakage.ts';
import { nearDuplicateGroups } from './near-duplicates.ts';
import { validationUnits } from './validation-units.ts';

export interface SplitCorpus {
  readonly split: Split;
  /** Documents with training chunks. A document that is divided counts as training and as validation document. */
  readonly trainDocuments: number;
  readonly validationDocuments: number;
  /** `chunks` if there was only one document (or group of near-duplicates) to divide, or if `firstChunks` was set. */
  readonly by: 'documents' | 'chunks';
  /** Share of validation chunks with a near-duplicate among the training chunks, 0 to 1. */
  readonly leakage: number;
}

export interface SplitCalls {
  readonly signal?: AbortSignal | undefined;
  /**
   * Returns the group of each document, which an earlier attempt may have found already; default: finds them. Half of
   * the work is to find them.
   */
  readonly keepGroups?: ((find: () => Promise<number[]>) => Promise<readonly number[]>) | undefined;
}

/** Chunks that stay together if a single document is divided: a question about one often fits its neighbours. */
const BLOCK = 8;

/**
 * Splits chunks into training and validation chunks, by document; near-duplicate documents stay together
 * (`validationUnits` chooses among them). With `firstChunks`, the first N chunks are training chunks and all others
 * validation chunks, as in llama-index's fine-tuning articles. Yields to the event loop.
 * @throws Fault `input` if there are too few chunks to split, `quality` if the leakage is larger than `maxLeakage`; the
 *   reason of the signal once it is aborted.
 */
export async function splitChunks(
  chunks: readonly Chunk[],
  options: RunInput['split'],
  { signal, keepGroups = (find) => find() }: SplitCalls = {},
): Promise<SplitCorpus> {
  const { validationIds, by } =
    options.firstChunks === undefined
      ? await byDocument(chunks, options.validationShare, (texts) =>
          keepGroups(() => nearDuplicateGroups(texts, signal)),
        )
      : byOrder(chunks, options.firstChunks);
  const train = chunks.filter((chunk) => !validationIds.has(chunk.id));
  const validation = chunks.filter((chunk) => validationIds.has(chunk.id));
  const leaked = await leakage(
    train.map((chunk) => chunk.text),
    validation.map((chunk) => chunk.text),
    signal,
  );
  if (leaked > options.maxLeakage) throw tooMuchLeakage(leaked, options.maxLeakage);
  return {
    split: { train: train.map((chunk) => chunk.id), validation: validation.map((chunk) => chunk.id) },
    trainDocuments: new Set(train.map((chunk) => chunk.documentId)).size,
    validationDocuments: new Set(validation.map((chunk) => chunk.documentId)).size,
    by,
    leakage: leaked,
  };
}

interface Choice {
  readonly validationIds: ReadonlySet<string>;
  readonly by: SplitCorpus['by'];
}

async function byDocument(
  chunks: readonly Chunk[],
  share: number,
  findGroups: (texts: readonly string[]) => Promise<readonly number[]>,
): Promise<Choice> {
  if (chunks.length < 2) throw tooFew(chunks.length);
  const texts = new Map<string, string>();
  for (const chunk of chunks) texts.set(chunk.path, `${texts.get(chunk.path) ?? ''}${chunk.text}\n`);
  const paths = [...texts.keys()];
  const groups = await findGroups([...texts.values()]);
  // A group is named by the first of its paths, so that its name does not depend on the order of the documents.
  const names = new Map<number, string>();
  for (const [i, path] of paths.entries()) {
    const name = names.get(groups[i] as number);
    if (name === undefined || path < name) names.set(groups[i] as number, path);
  }
  const unitOf = new Map(paths.map((path, i) => [path, names.get(groups[i] as number) as string]));
  if (names.size > 1) {
    const units = validationUnits([...names.values()], share);
    return { validationIds: idsOf(chunks, (chunk) => units.has(unitOf.get(chunk.path) as string)), by: 'documents' };
  }
  const size = Math.max(1, Math.min(BLOCK, chunks.length >> 3));
  const blockOf = (i: number) => `${chunks[0]?.path}#${Math.floor(i / size)}`;
  const units = validationUnits(
    chunks.map((_, i) => blockOf(i)),
    share,
  );
  return { validationIds: idsOf(chunks, (_, i) => units.has(blockOf(i))), by: 'chunks' };
}

function byOrder(chunks: readonly Chunk[], first: number): Choice {
  if (first >= chunks.length) {
    throw new Fault(
      'input',
      `split.firstChunks is ${first}, but there are only ${chunks.length} chunks, so none is left for validation.`,
      'Set split.firstChunks lower, or leave it out to split by document.',
    );
  }
  return { validationIds: idsOf(chunks, (_, i) => i >= first), by: 'chunks' };
}

function idsOf(chunks: readonly Chunk[], isWanted: (chunk: Chunk, i: number) => boolean): ReadonlySet<string> {
  return new Set(chunks.filter(isWanted).map((chunk) => chunk.id));
}

function tooFew(count: number): Fault {
  return new Fault(
    'input',
    `The documents give ${count === 0 ? 'no chunk' : 'one chunk'}, too few to split into training and validation.`,
    'Add documents, or set chunks.maxTokens lower.',
  );
}

function tooMuchLeakage(found: number, allowed: number): Fault {
  const percent = (share: number) => `${(share * 100).toFixed(1)} %`;
  return new Fault(
    'quality',
    `${percent(found)} of the validation chunks are nearly the same as a training chunk; split.maxLeakage allows ${percent(allowed)}.`,
    'Remove repeated documents, or raise split.maxLeakage if the repetition is real.',
  );
}
