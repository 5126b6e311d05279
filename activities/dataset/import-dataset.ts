import { doStep } from '../../core/artifacts/step.ts';
import { type Activities, ImportedDataset } from '../../core/contracts/activities.ts';
import { parseDataset } from '../../core/dataset/parse-dataset.ts';
import { sha256 } from '../../core/primitives/hash.ts';
import { putDataset } from '../runtime/artifacts.ts';
import type { StepContext } from '../runtime/context.ts';
import { counted } from '../runtime/count-noun.ts';
import { readNamedFile } from '../runtime/locations.ts';

/** Checks a ready-made data set and stores it. */
export async function importDataset(
  context: StepContext,
  { location }: Parameters<Activities['importDataset']>[0],
): ReturnType<Activities['importDataset']> {
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
