import type { ArtifactStore } from '../contracts/artifact-store.ts';
import type { Release, ReleaseRecord } from '../contracts/release.ts';
import { putRecord, readRegistry, readRelease, swapRegistry } from './registry.ts';

/** The release a name stands for now. */
export async function currentRelease(store: ArtifactStore, name: string): Promise<Release | undefined> {
  const read = await readRegistry(store, name);
  return read && readRelease(store, read.registry, read.registry.current);
}

export interface Promotion {
  /** What the name stands for now. */
  version: number;
  /** This call moved the name. */
  moved: boolean;
  /** The name no longer stood for what was `expected`; nothing was done. */
  conflict: boolean;
}

export interface PromotionOptions {
  /** For the record of events. */
  reason: string;
  /** Of the request that asks for it: candidate again with the same one, it is done already, whoever moved the name since. */
  requestId: string;
  /** Promote only if the name stands for this version (0: for nothing yet). Default: whatever it stands for. */
  expected?: number;
}

/**
 * Makes a name stand for a model, as its next version, and keeps the versions before. A model that the name stands for
 * already keeps its version, so that a retry, or a run that came to the same weights, events nothing. Promotions that
 * race each get a version of their own, unless they say what they expect: then the first wins.
 */
export async function promote(
  store: ArtifactStore,
  name: string,
  candidate: ReleaseRecord,
  { reason, requestId, expected }: PromotionOptions,
): Promise<Promotion> {
  const record = await putRecord(store, candidate);
  const model = candidate.model.sha256;
  for (;;) {
    const read = await readRegistry(store, name);
    const { current, versions, events } = read?.registry ?? { current: 0, versions: [], events: [] };
    const before = events.find((event) => event.requestId === requestId);
    if (before) return { version: before.to, moved: false, conflict: false };
    const stands = versions.find(({ version }) => version === current);
    if (stands?.model === model) return { version: current, moved: false, conflict: false };
    if (expected !== undefined && current !== expected) return { version: current, moved: false, conflict: true };
    const version = (versions.at(-1)?.version ?? 0) + 1;
    const at = new Date().toISOString();
    const by = candidate.workflowId;
    const event = { kind: 'promotion' as const, from: current, to: version, at, by, reason, requestId };
    const next = {
      current: version,
      versions: [...versions, { version, model, promotedAt: at, record }],
      events: [...events, event],
    };
    if (await swapRegistry(store, name, read?.pointer, next)) return { version, moved: true, conflict: false };
  }
}
