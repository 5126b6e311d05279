import { randomUUID } from 'node:crypto';
import { unlink } from 'node:fs/promises';
import { join } from 'node:path';
import type { ReceivedAnswers } from '../../contracts/batch-jobs.ts';
import type { Chunk } from '../../contracts/corpus.ts';
import { Fault } from '../../contracts/fault.ts';
import type { RunInput } from '../../contracts/run-input.ts';
import { inParallel } from '../../primitives/in-parallel.ts';
import { firstRequest } from '../asking/first-request.ts';
import { readLedger } from '../ledger/ledger.ts';
import {
  type BatchClaim,
  changeClaims,
  claimsOn,
  dropClaim,
  keysOf,
  putKeys,
  readClaims,
  recordBatch,
} from './batch-claims.ts';
import { FILE_LIMITS, type FileLimits, intoFiles, writeLines } from './batch-files.ts';
import type { Batching } from './batching.ts';
import { receiveBatches } from './receive-batches.ts';
import { isWorthABatch } from './worth-a-batch.ts';

type Options = RunInput['questions'];
/** Ledger key -> chunk of what is to be asked. */
type Open = ReadonlyMap<string, Chunk>;

const READS_AT_ONCE = 16;

export interface Submitting extends Batching {
  /** Folder for files on their way up. */
  scratch: string;
  /** Default: OpenAI's. */
  limits?: FileLimits;
  /** Requests that may be sent; default: all. */
  most?: number;
}

/**
 * Sends what the ledger lacks as batches, where the run's mode finds that worth it. Batches that ended meanwhile, whoever
 * sent them, are taken in first. May be called any number of times, by any number of runs at once: a request that is in
 * a batch is not sent again.
 * @returns the claims to wait for, those of other runs included that will bring an answer wanted here; and what was
 *   taken in.
 * @throws Fault as `BatchApi.create` does.
 */
export async function submitBatches(
  chunks: readonly Chunk[],
  options: Options,
  submitting: Submitting,
): Promise<{ claims: BatchClaim[]; received: ReceivedAnswers }> {
  const { store, profile, batchApi, signal } = submitting;
  const received = await takeInEnded(chunks, options, submitting);
  const open = await unanswered(chunks, options, submitting);
  if (!(await isWorthABatch(open.size, options, batchApi, signal))) return { claims: [], received };
  for (const claim of await claimFree(open, options, submitting)) await send(claim, open, options, submitting);
  return { claims: await claimsOn(store, profile, open), received };
}

/** Takes in what batches that have ended, whoever sent them, have brought about these chunks. */
export async function takeInEnded(
  chunks: readonly Chunk[],
  options: Options,
  batching: Batching,
): Promise<ReceivedAnswers> {
  const { store, profile } = batching;
  if ((await readClaims(store)).length === 0) return receiveBatches([], batching);
  const keys = new Set(chunks.map((chunk) => firstRequest(chunk, options).key));
  return receiveBatches(await claimsOn(store, profile, keys), batching);
}

async function unanswered(chunks: readonly Chunk[], options: Options, { store, signal }: Batching): Promise<Open> {
  const wanted = new Map(chunks.map((chunk) => [firstRequest(chunk, options).key, chunk]));
  const open = await inParallel([...wanted], READS_AT_ONCE, async (entry) => {
    signal?.throwIfAborted();
    return (await readLedger(store, entry[0])) ? [] : [entry];
  });
  return new Map(open.flat());
}

/** Claims what nobody has claimed: a claim a file. */
async function claimFree(open: Open, options: Options, submitting: Submitting): Promise<BatchClaim[]> {
  const { store, run, profile, limits = FILE_LIMITS, most, now = Date.now } = submitting;
  let mine: BatchClaim[] = [];
  await changeClaims(store, async (claims) => {
    const free = new Map(open);
    for (const claim of claims) {
      if (claim.profile === profile) for (const key of (await keysOf(store, claim)).keys()) free.delete(key);
    }
    mine = [];
    for (const keys of intoFiles([...free.keys()].slice(0, most), lines(open, options, submitting), limits)) {
      const chunkOf = keys.map((key) => [key, (open.get(key) as Chunk).id] as const);
      mine.push({
        label: randomUUID(),
        run,
        profile,
        model: options.model,
        keys: await putKeys(store, chunkOf),
        lines: keys.length,
        claimedAt: now(),
      });
    }
    return mine.length === 0 ? claims : [...claims, ...mine];
  });
  return mine;
}

/** Makes the batch of a claim. Whoever dies between making and recording it leaves it to be found by its label. */
async function send(claim: BatchClaim, open: Open, options: Options, submitting: Submitting): Promise<void> {
  const { store, batchApi, scratch, signal } = submitting;
  const { label, model, claimedAt: since } = claim;
  const file = join(scratch, `${label}.jsonl`);
  await writeLines(file, (await keysOf(store, claim)).keys(), lines(open, options, submitting));
  try {
    const { id } = await batchApi().create(
      { label, since, model, file, confirm: () => stillMine(store, label) },
      signal,
    );
    await recordBatch(store, label, id);
  } catch (error) {
    // Nobody must wait for what can never be sent.
    if (error instanceof Fault && !error.retryable) await dropClaim(store, label);
    throw error;
  } finally {
    await unlink(file);
  }
}

function lines(open: Open, options: Options, { batchApi }: Batching): (key: string) => string {
  const api = batchApi();
  return (key) => api.line(key, firstRequest(open.get(key) as Chunk, options).request);
}

/** A later attempt that found no batch behind a claim has given it up and made its own. */
async function stillMine(store: Submitting['store'], label: string): Promise<void> {
  if ((await readClaims(store)).some((claim) => claim.label === label)) return;
  throw new Fault(
    'unavailable',
    'Another attempt has taken over what this one was about to send as a batch.',
    'Nothing needs to be done: the run goes on with the other attempt.',
  );
}
