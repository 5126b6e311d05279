import { randomUUID } from 'node:crypto';
import { unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { BATCH_API_PRICE_SHARE, type BatchApi } from '../../contracts/batch-api.ts';
import type { ReceivedAnswers } from '../../contracts/batch-jobs.ts';
import type { Chunk } from '../../contracts/corpus.ts';
import { Fault } from '../../contracts/fault.ts';
import type { RunInput } from '../../contracts/run-input.ts';
import { remainingBudget } from '../../contracts/spending.ts';
import { chunkRequest } from '../asking/chunk-request.ts';
import { Bill } from '../ledger/bill.ts';
import { shuffled } from '../ledger/find-open-chunks.ts';
import type { LedgerEntry } from '../ledger/ledger.ts';
import { replayAnswers } from '../ledger/replay-answers.ts';
import { findJob, type JobContext } from './find-job.ts';
import {
  changeClaims,
  claimsOn,
  dropClaim,
  type JobClaim,
  putKeys,
  readClaims,
  readKeys,
  recordJob,
} from './job-claims.ts';
import { divideIntoFiles, FILE_LIMITS, type FileLimits, writeLines } from './job-files.ts';
import { receiveJobs } from './receive-jobs.ts';

type Options = RunInput['questions'];
/** Ledger key -> chunk of each request to send. */
type OpenRequests = ReadonlyMap<string, Chunk>;

export interface SubmitContext extends JobContext {
  /** Folder for files to upload. */
  scratch: string;
  /** Default: OpenAI's. */
  limits?: FileLimits | undefined;
  /** Name of a recording whose answers are not asked for; default: none. */
  recording?: string | undefined;
  /** Requests to send at most; default: all. */
  maxRequests?: number | undefined;
  /** US dollars that one request is estimated to cost if it is asked live; for `questions.budget`. */
  costEach?: number | undefined;
}

/** With a budget, while no answer shows what answers cost, only this many requests are sent. */
const FIRST_REQUESTS = 20;

/**
 * Sends the requests that the ledger lacks as Batch API jobs, if the run's mode and the endpoint allow that. Jobs of
 * any run that have ended are received first. May be called again, and by several runs at once: a request that is in a
 * job is not sent again. In mode `auto`, what the endpoint takes no job for is left to be asked one by one.
 *
 * With a budget, no more is sent than it pays for, counted from the ledger and the run's claims, so that a repeated
 * call sends no more than the first. A request is reserved at the larger of the estimate and the most expensive answer.
 * @returns the claims to wait for, those of other runs on requests wanted here included; what was received; and whether
 *   more can be sent once the answers to these show what answers cost.
 * @throws Fault as `BatchApi.create` does, in mode `auto` only while a job may exist that cannot be looked up; `config`
 *   if the mode is `batch` and the endpoint has no Batch API.
 */
export async function submitJobs(
  chunks: readonly Chunk[],
  options: Options,
  context: SubmitContext,
): Promise<{ claims: JobClaim[]; received: ReceivedAnswers; isFirstPart: boolean }> {
  const { store, profile, batchApi, signal } = context;
  const received = await receiveEndedJobs(chunks, options, context).catch((error) => {
    // A retryable fault is thrown: a job that is there must not be paid for a second time.
    if (options.mode !== 'auto' || !(error instanceof Fault) || error.retryable) throw error;
    return receiveJobs([], context);
  });
  const { open, bill } = await findOpenRequests(chunks, options, context);
  if (!(await useBatchApi(open.size, options, batchApi, signal))) return { claims: [], received, isFirstPart: false };
  const claimed = await claimUnclaimed(open, options, { ...context, bill });
  let taken = true;
  for (const claim of claimed) {
    if (taken) taken = await send(claim, open, options, context);
    else await dropClaim(store, claim.label);
  }
  const isFirstPart = isUnpriced(options, bill) && claimed.length > 0;
  return { claims: await claimsOn(store, profile, open), received, isFirstPart };
}

/** Whether there is a budget and no answer shows what answers cost. */
function isUnpriced({ budget }: Options, { maxCost }: Bill): boolean {
  return budget !== undefined && maxCost === 0;
}

/** Receives the jobs about these chunks that have ended, of any run. */
export async function receiveEndedJobs(
  chunks: readonly Chunk[],
  options: Options,
  context: JobContext,
): Promise<ReceivedAnswers> {
  const { store, profile } = context;
  if ((await readClaims(store)).length === 0) return receiveJobs([], context);
  const keys = new Set(chunks.map((chunk) => chunkRequest(chunk, options).key));
  return receiveJobs(await claimsOn(store, profile, keys), context);
}

/** Whether this many open requests go through the Batch API. */
async function useBatchApi(
  open: number,
  { mode, batchFrom, profile }: Options,
  batchApi: () => BatchApi,
  signal?: AbortSignal,
): Promise<boolean> {
  if (mode === 'live' || open === 0) return false;
  if (mode === 'auto') return open >= batchFrom && (await batchApi().offered(signal).catch(falseIfRefused));
  if (await batchApi().offered(signal)) return true;
  throw new Fault(
    'config',
    `The endpoint of profile "${profile}" has no Batch API.`,
    'Ask one by one (questions.mode: live), or name a profile whose endpoint has one.',
  );
}

/**
 * Whatever the endpoint says instead of listing its jobs, it may answer requests one by one: a key may be allowed to
 * chat and not to create jobs, and a gateway may answer any status for a path that it does not know. If it answers no
 * requests either, asking one by one reports that.
 */
function falseIfRefused(error: unknown): false {
  if (error instanceof Fault) return false;
  throw error;
}

/** Shuffled, so that what a budget pays for is a fair sample of all documents. */
async function findOpenRequests(
  chunks: readonly Chunk[],
  options: Options,
  { store, recording, endpoint, run, payer, signal }: SubmitContext,
): Promise<{ open: OpenRequests; bill: Bill }> {
  const bill = new Bill(payer);
  const onAnswer = (entry: LedgerEntry) => bill.add(entry);
  const context = { store, recording, endpoint, note: 'looked up in the ledger', signal, onAnswer };
  const found = await replayAnswers(chunks, options, context, (chunk, outcome) =>
    // Second requests are asked live.
    'open' in outcome && outcome.reason === undefined ? [chunk] : [],
  );
  await bill.addRepeated(store);
  const open = shuffled(found.flat(), run, ({ id }) => id);
  return { open: new Map(open.map((chunk) => [chunkRequest(chunk, options).key, chunk])), bill };
}

/** Requests that the budget pays for beside those that are sent already. */
function payable(options: Options, claims: readonly JobClaim[], { payer, costEach = 0, bill }: ClaimContext): number {
  const each = BATCH_API_PRICE_SHARE * Math.max(costEach, bill.maxCost);
  if (options.budget === undefined || each === 0) return Number.POSITIVE_INFINITY;
  const sent = claims.reduce((sum, claim) => sum + (claim.payer === payer ? claim.lines : 0), 0);
  const requests = Math.floor(remainingBudget(options.budget, bill.spending) / each) - sent;
  return Math.max(0, isUnpriced(options, bill) ? Math.min(requests, FIRST_REQUESTS - sent) : requests);
}

interface ClaimContext extends SubmitContext {
  bill: Bill;
}

/** Claims the requests that no run has claimed, with one claim for each file. */
async function claimUnclaimed(open: OpenRequests, options: Options, context: ClaimContext): Promise<JobClaim[]> {
  const { store, run, payer, profile, limits = FILE_LIMITS, now = Date.now } = context;
  let added: JobClaim[] = [];
  await changeClaims(store, async (claims) => {
    const unclaimed = new Map(open);
    for (const claim of claims) {
      if (claim.profile !== profile) continue;
      for (const key of (await readKeys(store, claim))?.keys() ?? []) unclaimed.delete(key);
    }
    const most = Math.min(context.maxRequests ?? Number.POSITIVE_INFINITY, payable(options, claims, context));
    const requests = [...unclaimed].slice(0, most);
    const lineOf = requestLine(options, context);
    added = [];
    for (const file of divideIntoFiles(requests, lineOf, limits)) {
      added.push({
        label: randomUUID(),
        run,
        payer,
        profile,
        model: options.model,
        keys: await putKeys(
          store,
          file.map(([key, { id }]) => [key, id] as const),
        ),
        lines: file.length,
        claimedAt: now(),
      });
    }
    return added.length === 0 ? claims : [...claims, ...added];
  });
  return added;
}

/**
 * Creates the job of a claim. If the process dies before the job is recorded, the job is found by its label.
 * @returns false if the endpoint did not take it and the mode is `auto`; there is certainly no job then.
 */
async function send(claim: JobClaim, open: OpenRequests, options: Options, context: SubmitContext): Promise<boolean> {
  const { store, batchApi, scratch, signal } = context;
  const { label, model, claimedAt: since } = claim;
  const file = join(scratch, `${label}.jsonl`);
  const keys = await readKeys(store, claim);
  const requests = [...open].filter(([key]) => keys?.has(key));
  await writeLines(file, requests, requestLine(options, context));
  try {
    const { id } = await batchApi().create(
      { label, since, model, file, confirm: () => confirmClaim(store, label) },
      signal,
    );
    await recordJob(store, label, id);
    return true;
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    // No run must wait for a job that can never be sent.
    if (!error.retryable) await dropClaim(store, label);
    if (options.mode !== 'auto') throw error;
    if (error.retryable && (await findJob(claim, context))) return true;
    return false;
  } finally {
    await unlink(file);
  }
}

function requestLine(options: Options, { batchApi }: JobContext) {
  const { line } = batchApi();
  return ([key, chunk]: readonly [string, Chunk]) => line(key, chunkRequest(chunk, options).request);
}

/** Throws if a later attempt found no job for this claim, dropped the claim and made its own. */
async function confirmClaim(store: SubmitContext['store'], label: string): Promise<void> {
  if ((await readClaims(store)).some((claim) => claim.label === label)) return;
  throw new Fault(
    'unavailable',
    'Another attempt has taken over what this one was about to send as a batch.',
    'Nothing needs to be done: the run goes on with the other attempt.',
  );
}
