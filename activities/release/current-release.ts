import type { Release } from '../../core/contracts/release.ts';
import type { StepResult } from '../../core/contracts/step-result.ts';
import { currentRelease as releaseOf } from '../../core/release/promote.ts';
import type { StepContext } from '../runtime/context.ts';

/** What a published name stands for at this moment; read anew each time. */
export async function currentRelease(
  { store }: StepContext,
  { name }: { name: string },
): Promise<StepResult<{ release?: Release }>> {
  const release = await releaseOf(store, name);
  const summary = release ? `${name} v${release.version} since ${release.promotedAt}` : `nothing published as ${name}`;
  return { output: release ? { release } : {}, reused: false, seconds: 0, summary };
}
