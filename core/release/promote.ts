import type { ArtifactStore } from '../contracts/artifact-store.ts';
import type { Release, ReleaseRecord } from '../contracts/release.ts';
import { putRecord, readRegistry, readRelease, swapRegistry } from './registry.ts';

/** The current release of a name; undefined if nothing was published under it. */
export async function currentRelease(store: ArtifactStore, name: string): Promise<Release | undefined> {
  const read = await readRegistry(store, name);
  return read && readRelease(store, read.registry, read.registry.current);
}

export interface Promotion {
  /** The version that holds the model; on a conflict, the current version. */
  version: number;
  /** This call changed the current version. */
  promoted: boolean;
  /** The current version was not `expected`; nothing was changed. */
  conflict: boolean;
}

export interface PromotionOptions {
  /** Reason for the registry event. */
  reason: string;
  /** Id of the request. A second call with the same id changes nothing, even if the name has changed since. */
  requestId: string;
  /** Promote only if this version is current (0: the name has no version yet). Default: whichever is current. */
  expected?: number | undefined;
}

/**
 * Makes a model the next and current version of a name, and keeps all earlier versions. Nothing changes if the model is
 * the current version already, as after a retry or a run that produced the same weights. Racing promotions each get a
 * version of their own; if they give `expected`, only the first one succeeds.
 */
export async function promote(
  store: ArtifactStore,
  name: string,
  candidate: ReleaseRecord,
  { reason, requestId, expected }: PromotionOptions,
): Promise<Promotion> {
  const record = await putRecord(store, candidate);
  const modelSha256 = candidate.model.sha256;
  for (;;) {
    const read = await readRegistry(store, name);
    const { current, versions, events } = read?.registry ?? { current: 0, versions: [], events: [] };
    const earlier = events.find((event) => event.requestId === requestId);
    if (earlier) return { version: earlier.to, promoted: false, conflict: false };
    const currentVersion = versions.find(({ version }) => version === current);
    if (currentVersion?.modelSha256 === modelSha256) return { version: current, promoted: false, conflict: false };
    if (expected !== undefined && current !== expected) return { version: current, promoted: false, conflict: true };
    const version = (versions.at(-1)?.version ?? 0) + 1;
    const at = new Date().toISOString();
    const by = candidate.workflowId;
    const event = { kind: 'promotion' as const, from: current, to: version, at, by, reason, requestId };
    const next = {
      current: version,
      versions: [...versions, { version, modelSha256, promotedAt: at, record }],
      events: [...events, event],
    };
    if (await swapRegistry(store, name, read?.pointer, next)) return { version, promoted: true, conflict: false };
  }
}
