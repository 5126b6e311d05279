import { z } from 'zod';
import type { ArtifactStore } from '../../contracts/artifact-store.ts';
import { sha256 } from '../../primitives/hash.ts';
import { decodeLines } from '../../primitives/text-lines.ts';

/** Requests that are, or are about to be, in a Batch API job. Invariant: no other run sends them meanwhile. */
export const JobClaim = z.object({
  /** What the job is found by at its endpoint. */
  label: z.string(),
  /** The workflow that made the claim. */
  run: z.string(),
  /** The run that pays; see `LedgerEntry.paid`. Absent in claims of earlier versions. */
  payer: z.string().optional(),
  profile: z.string(),
  model: z.string(),
  /** Name of the list of its requests below `KEYS`. */
  keys: z.string(),
  /** Requests in the job. */
  lines: z.number().int(),
  /** Milliseconds since the epoch. */
  claimedAt: z.number(),
  /** The job's id at its endpoint, once the job is known to exist. */
  jobId: z.string().optional(),
});
export type JobClaim = z.infer<typeof JobClaim>;

/**
 * One small pointer for the claims of all runs: of two runs which want the same answers, only one can claim them. It
 * lies beside the ledger, which holds answers only.
 */
const POINTER = 'batch-jobs/claims';

/**
 * Lists of requests, named by their SHA-256: a line for each request, with the ledger key of its answer and the chunk's
 * id. They are not among the objects, which people may delete: without them, requests in a job would be sent again.
 */
const KEYS = 'batch-jobs/keys/';

export async function readClaims(store: ArtifactStore): Promise<JobClaim[]> {
  return (await read(store)).claims;
}

/**
 * Replaces the claims by what `change` returns, by compare-and-swap: `change` is called again if another process was
 * faster. Nothing is written if it returns the list it was given.
 */
export async function changeClaims(
  store: ArtifactStore,
  change: (claims: readonly JobClaim[]) => Promise<readonly JobClaim[]> | readonly JobClaim[],
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

/** Records the id of a claim's job; a claim that was dropped stays dropped. */
export async function recordJob(store: ArtifactStore, label: string, jobId: string): Promise<void> {
  await changeClaims(store, (claims) => claims.map((claim) => (claim.label === label ? { ...claim, jobId } : claim)));
}

/** The claims of jobs, without those that have been received or dropped. */
export async function claimsOf(store: ArtifactStore, jobs: readonly { label: string }[]): Promise<JobClaim[]> {
  const labels = new Set(jobs.map(({ label }) => label));
  return (await readClaims(store)).filter(({ label }) => labels.has(label));
}

/** The claims of any run on any of these ledger keys. A claim whose list of requests is lost may be on any key. */
export async function claimsOn(
  store: ArtifactStore,
  profile: string,
  keys: { has(key: string): boolean },
): Promise<JobClaim[]> {
  const found: JobClaim[] = [];
  for (const claim of await readClaims(store)) {
    if (claim.profile !== profile) continue;
    const claimed = await readKeys(store, claim);
    if (!claimed || [...claimed.keys()].some((key) => keys.has(key))) found.push(claim);
  }
  return found;
}

/** Ledger key -> chunk id of each request in a claim; undefined if the list is lost. */
export async function readKeys(store: ArtifactStore, { keys }: JobClaim): Promise<Map<string, string> | undefined> {
  const list = await store.get(`${KEYS}${keys}`);
  if (!list || sha256(list) !== keys) return undefined;
  const chunkOf = new Map<string, string>();
  for (const line of decodeLines(list)) {
    const [key = '', chunkId = ''] = line.split(' ');
    chunkOf.set(key, chunkId);
  }
  return chunkOf;
}

/** @returns the name of the list. */
export async function putKeys(store: ArtifactStore, keys: Iterable<readonly [string, string]>): Promise<string> {
  const list = Buffer.from([...keys].map((pair) => pair.join(' ')).join('\n'));
  const name = sha256(list);
  await store.putIfAbsent(`${KEYS}${name}`, list);
  return name;
}

async function read(store: ArtifactStore): Promise<{ claims: JobClaim[]; version: string | undefined }> {
  const pointer = await store.readPointer(POINTER);
  if (!pointer) return { claims: [], version: undefined };
  const claims = z.array(JobClaim).parse(JSON.parse(Buffer.from(pointer.bytes).toString('utf8')));
  return { claims, version: pointer.version };
}
