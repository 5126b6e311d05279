import type { RollbackRequest, RolledBack } from '../../core/contracts/release.ts';
import type { StepResult } from '../../core/contracts/step-result.ts';
import { rollBack as back } from '../../core/release/roll-back.ts';
import type { StepContext } from '../runtime/context.ts';

/** Makes a published name stand for an earlier version again. */
export async function rollBack(
  { store }: StepContext,
  { request, id }: { request: RollbackRequest; id: string },
): Promise<StepResult<RolledBack>> {
  const started = performance.now();
  const output = await back(store, request, id);
  const { name, from, to } = output;
  return {
    output,
    reused: false,
    seconds: (performance.now() - started) / 1000,
    summary: `${name} v${from} -> v${to}`,
  };
}
