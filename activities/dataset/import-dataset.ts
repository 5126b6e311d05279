import { doStep } from '../../core/artifacts/step.ts';
import { ImportedDataset } from '../../core/contracts/dataset.ts';
import type { StepResult } from '../../core/contracts/step-result.ts';
import { parseDataset } from '../../core/dataset/parse-dataset.ts';
import { sha256 } from '../../core/primitives/hash.ts';
import { putDataset } from '../runtime/artifacts.ts';
import type { StepContext } from '../runtime/context.ts';
import { counted } from '../runtime/count-noun.ts';
import { readNamedFile } from '../runtime/locations.ts';

type Input = {
  /** A file or object with llama-index JSON. */
  location: string;
};

/**
 * Validates a ready-made dataset and stores it as JSON of `QADataset`. The file is read every time; the result is
 * reused for the same bytes.
 * @throws Fault `input` if the file cannot be read or is no valid dataset.
 */
export async function importDataset(context: StepContext, { location }: Input): Promise<StepResult<ImportedDataset>> {
  const bytes = await readNamedFile(context, location, 'dataset');
  const step = { name: 'import-dataset', version: 2, inputs: { file: sha256(bytes) } };
  const outcome = await doStep(context.store, step, ImportedDataset, async () => {
    const dataset = parseDataset(bytes, location);
    const texts = [...Object.values(dataset.queries), ...Object.values(dataset.corpus)];
    const replaced = texts.filter((text) => text.includes('\ufffd')).length;
    return {
      dataset: await putDataset(context.store, dataset),
      queries: Object.keys(dataset.queries).length,
      passages: Object.keys(dataset.corpus).length,
      ...(replaced > 0 && { replaced }),
    };
  });
  const { queries, passages, replaced = 0 } = outcome.output;
  const parts = [counted(queries, 'question'), counted(passages, 'passage')];
  if (replaced > 0) parts.push(`${counted(replaced, 'text')} with characters that were lost (U+FFFD)`);
  return { ...outcome, summary: parts.join(', ') };
}
