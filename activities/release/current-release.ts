import type { Activities } from '../../core/contracts/activities.ts';
import { currentRelease } from '../../core/release/promote.ts';
import type { StepContext } from '../runtime/context.ts';

/** What a published name stands for at this moment; read anew each time. */
export async function production(
  { store }: StepContext,
  { name }: Parameters<Activities['production']>[0],
): ReturnType<Activities['production']> {
  const release = await currentRelease(store, name);
  const summary = release ? `${name} v${release.version} since ${release.promotedAt}` : `nothing published as ${name}`;
  return { output: release ? { release } : {}, reused: false, seconds: 0, summary };
}
