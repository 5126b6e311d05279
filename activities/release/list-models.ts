import type { Activities } from '../../core/contracts/activities.ts';
import { listModels as list } from '../../core/release/list-models.ts';
import type { StepContext } from '../runtime/context.ts';
import { counted } from '../runtime/count-noun.ts';

/** What is published in this worker's store. */
export async function listModels(
  { store }: StepContext,
  { name }: Parameters<Activities['listModels']>[0],
): ReturnType<Activities['listModels']> {
  const output = await list(store, name);
  return { output, reused: false, seconds: 0, summary: counted(output.length, 'published model') };
}
