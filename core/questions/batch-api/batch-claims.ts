import { z } from 'zod';
import { ArtifactRef } from '../../contracts/artifact.ts';
import type { ArtifactStore } from '../../contracts/artifact-store.ts';

/** Requests that are, or are about to be, in a batch: nobody else may send them meanwhile. */
export const BatchClaim = z.object({
  /** What the batch is found by at its endpoint. */
  label: z.string(),
  /** The run that pays. */
  run: z.string(),
  profile: z.string(),
  model: z.string(),
  /** A line each: the ledger's key, and the chunk it is about. */
  keys: ArtifactRef,
  lines: z.number().int(),
  /** Milliseconds since the epoch. */
  claimedAt: z.number(),
  /** Once it is certain that the batch was made. */
  batchId: z.string().optional(),
});
export type BatchClaim = z.infer<typeof BatchClaim>;

/**
 * One small cell for all batches under way, so that of two runs which want the same answers only one can claim them.
 * It lies beside the ledger, whose entries are answers and nothing else.
 */
const POINTER = 'batches/under-way';

export async function readClaims(store: ArtifactStore): Promise<BatchClaim[]> {
  return (await read(store)).claims;
}

/** Replaces the claims by what `change` makes of them, again if somebody else was faster; the same list means no change. */
export async function changeClaims(
  store: ArtifactStore,
  change: (claims: readonly BatchClaim[]) => Promise<readonly BatchClaim[]> | readonly BatchClaim[],
): Promise<void> {
  for (;;) {
    const { claims, version } = await read(store);
    const changed = await change(claims);
    if (changed === claims) return;
    if (await store.swapPointer(POINTER, version, Buffer.from(JSON.stringify(changed)))) return;
  }
}

export async function dropClaim(store: ArtifactStore, label: string): Promise<void> {
  await changeClaims(store, (claims) => claims.filter((claim) => claim.label !== label));
}

/** Notes the batch that was made; a claim that is gone stays gone. */
export async function recordBatch(store: ArtifactStore, label: string, batchId: string): Promise<void> {
  await changeClaims(store, (claims) => claims.map((claim) => (claim.label === label ? { ...claim, batchId } : claim)));
}

/** The claims behind batches, as far as they are not dealt with yet. */
export async function claimsOf(store: ArtifactStore, batches: readonly { label: string }[]): Promise<BatchClaim[]> {
  const labels = new Set(batches.map(({ label }) => label));
  return (await readClaims(store)).filter(({ label }) => labels.has(label));
}

/** The claims, by whomever, on any of these ledger keys. */
export async function claimsOn(
  store: ArtifactStore,
  profile: string,
  keys: { has(key: string): boolean },
): Promise<BatchClaim[]> {
  const found: BatchClaim[] = [];
  for (const claim of await readClaims(store)) {
    if (claim.profile !== profile) continue;
    const claimed = await keysOf(store, claim);
    if ([...claimed.keys()].some((key) => keys.has(key))) found.push(claim);
  }
  return found;
}

/** Ledger key -> chunk id of everything in a batch. */
export async function keysOf(store: ArtifactStore, { keys }: BatchClaim): Promise<Map<string, string>> {
  const lines = Buffer.from(await store.readObject(keys))
    .toString('utf8')
    .split('\n');
  return new Map(lines.map((line) => line.split(' ') as [string, string]));
}

export async function putKeys(store: ArtifactStore, keys: Iterable<readonly [string, string]>): Promise<ArtifactRef> {
  return store.putObject(Buffer.from([...keys].map((pair) => pair.join(' ')).join('\n')));
}

async function read(store: ArtifactStore): Promise<{ claims: BatchClaim[]; version: string | undefined }> {
  const pointer = await store.readPointer(POINTER);
  if (!pointer) return { claims: [], version: undefined };
  const claims = z.array(BatchClaim).parse(JSON.parse(Buffer.from(pointer.bytes).toString('utf8')));
  return { claims, version: pointer.version };
}
