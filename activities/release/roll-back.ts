import type { RollbackRequest, RolledBack } from '../../core/contracts/release.ts';
import type { StepResult } from '../../core/contracts/step-result.ts';
import { rollBack as rollBackRegistry } from '../../core/release/roll-back.ts';
import type { StepContext } from '../runtime/context.ts';

type Input = {
  request: RollbackRequest;
  /** Makes retries safe: a second attempt with the same id changes nothing. */
  requestId: string;
};

/**
 * Makes an earlier version of a published name current again. Writes the model folder (if it was removed) and the
 * registry.
 * @throws Fault `input` as `rollBack` of core/release.
 */
export async function rollBack({ store }: StepContext, { request, requestId }: Input): Promise<StepResult<RolledBack>> {
  const started = performance.now();
  const output = await rollBackRegistry(store, request, requestId);
  return {
    output,
    reused: false,
    seconds: (performance.now() - started) / 1000,
    summary: `${output.name} v${output.from} -> v${output.to}`,
  };
}
