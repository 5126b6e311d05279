import type { ListedModel } from '../../core/contracts/release.ts';
import type { StepResult } from '../../core/contracts/step-result.ts';
import { listModels as list } from '../../core/release/list-models.ts';
import type { StepContext } from '../runtime/context.ts';
import { counted } from '../runtime/count-noun.ts';

type Input = {
  /** Default: all published names, with their current version only. */
  name?: string | undefined;
};

/**
 * Lists the published models of this worker's store. Never reused.
 * @throws Fault `input` if nothing is published under `name`.
 */
export async function listModels({ store }: StepContext, { name }: Input): Promise<StepResult<ListedModel[]>> {
  const output = await list(store, name);
  return { output, reused: false, seconds: 0, summary: counted(output.length, 'published model') };
}
