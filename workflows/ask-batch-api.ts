import {
  CancellationScope,
  continueAsNew,
  isCancellation,
  setHandler,
  sleep,
  workflowInfo,
} from '@temporalio/workflow';
import type { OpenChunks } from '../core/contracts/asking.ts';
import type { JobsProgress, ReceivedAnswers, SubmittedJob } from '../core/contracts/batch-jobs.ts';
import type { StageProgress } from '../core/contracts/progress.ts';
import type { QuestionsInput } from '../core/contracts/questions.ts';
import type { RunInput } from '../core/contracts/run-input.ts';
import { batchApi, batchCancel } from './activity-proxies.ts';
import { stageProgressQuery } from './messages.ts';
import { reportSeconds } from './questions/asking-time.ts';
import { isHistoryFull } from './run/history-limit.ts';

/** A small job may be done at once. */
const FIRST_POLL_MS = 5_000;
/** Most jobs take hours: polled every ten minutes, a day of waiting is a short history. */
const LONGEST_POLL_MS = 600_000;

export interface BatchApiInput extends QuestionsInput {
  openChunks: OpenChunks;
  /** The run that pays; see `LedgerEntry.paid`. */
  run: string;
  /** Carried over from before continuing as new. */
  before?: BatchApiState;
}

interface BatchApiState {
  /** Answers received, those that other runs pay for included. */
  answered: number;
  /** Milliseconds since the epoch. */
  startedAt: number;
  /** Requests that the endpoint's queue takes at once, after it was found full; undefined: no limit is known. */
  queueRoom?: number | undefined;
}

/**
 * Asks about the open chunks through the Batch API, where the run's mode allows it. Waits are durable timers: no worker
 * is occupied while a job takes its hours. Chunks without an answer afterwards are to be asked about one by one.
 * @returns how many answers were received.
 */
export async function askBatchApi(input: BatchApiInput): Promise<number> {
  const { chunks, options, openChunks, run: payer } = input;
  const { open, cost = 0 } = openChunks;
  const { profile } = options;
  const run = workflowInfo().workflowId;
  const state: BatchApiState = input.before ?? { answered: 0, startedAt: Date.now() };
  let progress: StageProgress = { done: 0, total: open, unit: 'requests', note: 'Batch API' };
  setHandler(stageProgressQuery, () => ({ stage: 'questions' as const, progress }));

  const untilEnded = async (jobs: SubmittedJob[]): Promise<void> => {
    for (let wait = FIRST_POLL_MS; ; wait = Math.min(2 * wait, LONGEST_POLL_MS)) {
      const polled = await batchApi.pollBatchJobs({ jobs, profile, run, payer });
      progress = shown(polled);
      if (polled.ended) return;
      await sleep(wait);
    }
  };
  let isFull = false;
  let hasMore = false;
  try {
    do {
      isFull = isHistoryFull();
      if (isFull) break;
      const submitted = await batchApi.submitBatchJobs({
        ...{ chunks, options, run, payer, recording: openChunks.recording },
        ...(state.queueRoom !== undefined && { maxRequests: state.queueRoom }),
        costEach: cost / open,
      });
      const { jobs, received: earlier } = submitted;
      state.answered += earlier.answered;
      if (jobs.length === 0) break;
      await untilEnded(jobs);
      const received = await batchApi.receiveBatchJobs({ jobs, profile, run, payer });
      state.answered += received.answered;
      state.queueRoom = nextQueueRoom(received, jobs, state.queueRoom);
      hasMore = submitted.isFirstPart && received.answered > 0;
    } while (state.queueRoom !== undefined || hasMore);
  } finally {
    if (!isFull) await reportSeconds((Date.now() - state.startedAt) / 1000);
  }
  if (isFull) return continueAsNew<typeof askBatchApi>({ ...input, before: state });
  return state.answered;
}

/**
 * Does `work`, and cancels the run's Batch API jobs if the run is cancelled meanwhile. A pause does not cancel them:
 * they are paid for, and received when the run is resumed.
 */
export async function cancellingBatchJobs<T>(
  { mode, profile }: RunInput['questions'],
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (mode !== 'live' && isCancellation(error)) {
      const run = batchApiId();
      // If the endpoint is unavailable, the run still ends; the jobs go on, and the next run receives them.
      await CancellationScope.nonCancellable(() => batchCancel.cancelBatchJobs({ profile, run }).catch(() => {}));
    }
    throw error;
  }
}

/** Id of the child workflow that asks through the Batch API for this run; the run's jobs are found by it. */
export function batchApiId(): string {
  return `${workflowInfo().workflowId}/batch-api`;
}

/** Requests to send next; undefined if all were sent, or if sending more would bring nothing. */
function nextQueueRoom(
  { answered, queueFull }: ReceivedAnswers,
  jobs: readonly SubmittedJob[],
  queueRoom: number | undefined,
): number | undefined {
  if (!queueFull) return answered > 0 ? queueRoom : undefined;
  const sent = jobs.reduce((sum, { lines }) => sum + lines, 0);
  // What the queue has just taken it will take again. If it took nothing, half of what was sent is tried.
  return answered || Math.floor(sent / 2) || undefined;
}

function shown({ done, total, expiresAt }: JobsProgress): StageProgress {
  const hours = expiresAt === undefined ? undefined : Math.max(0, (expiresAt - Date.now()) / 3_600_000);
  const left = hours === undefined ? '' : `, window ends in ${hours < 1 ? 'under an hour' : `${Math.floor(hours)} h`}`;
  return { done, total, unit: 'requests', note: `batch${left}` };
}
