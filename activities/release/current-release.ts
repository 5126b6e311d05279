import type { Release } from '../../core/contracts/release.ts';
import type { StepResult } from '../../core/contracts/step-result.ts';
import { currentRelease as readCurrentRelease } from '../../core/release/promote.ts';
import type { StepContext } from '../runtime/context.ts';

/**
 * Reads the current release of a published name from the registry. Never reused.
 * @returns no `release` if nothing is published under the name.
 */
export async function currentRelease(
  { store }: StepContext,
  { name }: { name: string },
): Promise<StepResult<{ release?: Release | undefined }>> {
  const release = await readCurrentRelease(store, name);
  const summary = release ? `${name} v${release.version} since ${release.promotedAt}` : `nothing published as ${name}`;
  return { output: { release }, reused: false, seconds: 0, summary };
}
