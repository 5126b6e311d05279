import type { ListedModel } from '../../core/contracts/release.ts';
import type { StepResult } from '../../core/contracts/step-result.ts';
import { listModels as list } from '../../core/release/list-models.ts';
import type { StepContext } from '../runtime/context.ts';
import { counted } from '../runtime/count-noun.ts';

/** What is published in this worker's store. */
export async function listModels(
  { store }: StepContext,
  { name }: { name?: string },
): Promise<StepResult<ListedModel[]>> {
  const output = await list(store, name);
  return { output, reused: false, seconds: 0, summary: counted(output.length, 'published model') };
}
