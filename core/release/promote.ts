import { z } from 'zod';
import type { ArtifactStore } from '../contracts/artifact-store.ts';
import { Estimate } from '../contracts/evaluation.ts';
import { TunedModel } from '../contracts/model.ts';

/** What a published name points to. */
const Release = z.object({
  version: z.number().int().min(1),
  model: TunedModel,
  modelUri: z.string(),
  /** The run that made it. */
  workflowId: z.string(),
  /** Over its base, by the metric the run is decided by. */
  gain: Estimate,
  /** ISO 8601. */
  publishedAt: z.string(),
});
export type Release = z.infer<typeof Release>;

/** The release a name points to now. */
export async function currentRelease(store: ArtifactStore, name: string): Promise<Release | undefined> {
  return (await readRelease(store, name))?.release;
}

/**
 * Makes a name point to a model, as its next version. A model that the name points to already keeps its version, so
 * that a retry, or a run that came to the same bytes, moves nothing. Of promotions that race, each gets its own version.
 */
export async function promote(
  store: ArtifactStore,
  name: string,
  candidate: Omit<Release, 'version' | 'publishedAt'>,
): Promise<{ version: number; moved: boolean }> {
  for (;;) {
    const current = await readRelease(store, name);
    if (current?.release.model.sha256 === candidate.model.sha256)
      return { version: current.release.version, moved: false };
    const version = (current?.release.version ?? 0) + 1;
    const release: Release = { ...candidate, version, publishedAt: new Date().toISOString() };
    const bytes = new TextEncoder().encode(JSON.stringify(release));
    if (await store.swapPointer(pointerKey(name), current?.pointerVersion, bytes)) return { version, moved: true };
  }
}

async function readRelease(store: ArtifactStore, name: string) {
  const pointer = await store.readPointer(pointerKey(name));
  if (!pointer) return undefined;
  const release = Release.parse(JSON.parse(new TextDecoder().decode(pointer.bytes)));
  return { release, pointerVersion: pointer.version };
}

function pointerKey(name: string): string {
  return `models/${name}`;
}
