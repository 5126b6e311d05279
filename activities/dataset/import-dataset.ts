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
  const step = { name: 'import-dataset', version: 1, inputs: { file: sha256(bytes) } };
  const outcome = await doStep(context.store, step, ImportedDataset, async () => {
    const dataset = parseDataset(bytes, location);
    return {
      dataset: await putDataset(context.store, dataset),
      queries: Object.keys(dataset.queries).length,
      passages: Object.keys(dataset.corpus).length,
    };
  });
  const { queries, passages } = outcome.output;
  return { ...outcome, summary: `${counted(queries, 'question')}, ${counted(passages, 'passage')}` };
}
