import {
  CancellationScope,
  continueAsNew,
  isCancellation,
  setHandler,
  sleep,
  workflowInfo,
} from '@temporalio/workflow';
import type { Bought, Figures, OpenQuestions } from '../core/contracts/asking.ts';
import {
  BATCH_SHARE,
  type BatchProgress,
  type ReceivedBatches,
  type SubmittedBatch,
} from '../core/contracts/batch-jobs.ts';
import { sumOf } from '../core/contracts/figures.ts';
import type { StageProgress } from '../core/contracts/progress.ts';
import type { QuestionsInput } from '../core/contracts/questions.ts';
import type { RunInput } from '../core/contracts/run-input.ts';
import { batchApi, batchCancel } from './activity-proxies.ts';
import { stageProgressQuery } from './messages.ts';
import { handBack, leftOf } from './questions/spending.ts';
import { isHistoryFull } from './run/history-limit.ts';

/** A small batch may be done at once. */
const FIRST_LOOK_MS = 5_000;
/** Most take hours: ten minutes more or less matter to nobody, and a day of looks stays a short history. */
const RAREST_LOOK_MS = 600_000;

export interface BatchApiInput extends QuestionsInput {
  found: OpenQuestions;
  /** What the run has bought before. */
  bought?: Bought;
  before?: { bought?: Figures | undefined; began: number; room?: number | undefined };
}

/**
 * Puts what the ledger lacks through the Batch API, where the run's mode finds that worth it, and waits on durable
 * timers: no worker is held while a batch takes its hours. What is missing afterwards is to be asked one by one.
 * @returns what the run has bought that way; undefined if nothing was sent.
 */
export async function askBatchApi(input: BatchApiInput): Promise<Bought | undefined> {
  const { chunks, options, found, before } = input;
  const { profile } = options;
  const budget = leftOf(options.budget, input.bought);
  const run = workflowInfo().workflowId;
  const began = before?.began ?? Date.now();
  let progress: StageProgress = { done: 0, total: found.open, unit: 'requests', note: 'Batch API' };
  setHandler(stageProgressQuery, () => ({ stage: 'questions' as const, progress }));

  const untilEnded = async (batches: SubmittedBatch[]): Promise<void> => {
    for (let pause = FIRST_LOOK_MS; ; pause = Math.min(2 * pause, RAREST_LOOK_MS)) {
      const seen = await batchApi.pollBatchJobs({ batches, profile, run });
      progress = shown(seen);
      if (seen.ended) return;
      await sleep(pause);
    }
  };

  let bought = before?.bought;
  const take = (received: ReceivedBatches) => {
    if (received.answered > 0) bought = sumOf(bought, received.bought);
  };
  // Requests that the endpoint's queue takes at once, once it has been found full.
  let room = before?.room;
  const total = () => bought && { ...bought, inBatches: bought.asked, seconds: (Date.now() - began) / 1000 };
  try {
    do {
      if (isHistoryFull()) {
        return continueAsNew<typeof askBatchApi>({ ...input, before: { began, bought, room } });
      }
      const most = Math.min(affordable(found, budget, bought?.cost), room ?? Number.POSITIVE_INFINITY);
      const asked = { chunks, options, run, ...(most < found.open && { most }) };
      const { batches, received: earlier } = await batchApi.submitBatchJobs(asked);
      take(earlier);
      if (batches.length === 0) break;
      await untilEnded(batches);
      const received = await batchApi.receiveBatchJobs({ batches, profile, run });
      take(received);
      room = roomAfter(received, batches, room);
    } while (room !== undefined);
  } catch (error) {
    const stopped = isCancellation(error) && total();
    if (stopped) await handBack(stopped);
    throw error;
  }
  return total();
}

/**
 * Has the batches of a run stopped if it is cancelled while it does its work. A pause leaves them be: they are paid for,
 * and taken in when the run goes on.
 */
export async function stoppingBatches<T>({ mode, profile }: RunInput['questions'], work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (mode !== 'live' && isCancellation(error)) {
      const run = batchApiId();
      // An endpoint that is away must not keep the run from ending: its batch goes on, and the next run takes it in.
      await CancellationScope.nonCancellable(() => batchCancel.cancelBatchJobs({ profile, run }).catch(() => {}));
    }
    throw error;
  }
}

/** The id of the child workflow that puts a run's questions through the Batch API, which its batches are known by. */
export function batchApiId(): string {
  return `${workflowInfo().workflowId}/batch-api`;
}

/** How many requests to send next; undefined if all were sent, or if sending more would bring nothing. */
function roomAfter(
  { answered, queueFull }: ReceivedBatches,
  batches: readonly SubmittedBatch[],
  room: number | undefined,
): number | undefined {
  if (!queueFull) return answered > 0 ? room : undefined;
  const sent = batches.reduce((sum, { lines }) => sum + lines, 0);
  // What it has just taken it will take again; if that was nothing, half may be little enough.
  return answered || Math.floor(sent / 2) || undefined;
}

/** Requests that the budget has room for, by an estimate that is no less than the bill. */
function affordable({ open, cost = 0 }: OpenQuestions, budget = Number.POSITIVE_INFINITY, spent = 0): number {
  if (cost === 0) return Number.POSITIVE_INFINITY;
  return Math.max(0, Math.floor((budget - spent) / ((BATCH_SHARE * cost) / open)));
}

function shown({ done, total, expiresAt }: BatchProgress): StageProgress {
  const hours = expiresAt === undefined ? undefined : Math.max(0, (expiresAt - Date.now()) / 3_600_000);
  const left = hours === undefined ? '' : `, window ends in ${hours < 1 ? 'under an hour' : `${Math.floor(hours)} h`}`;
  return { done, total, unit: 'requests', note: `batch${left}` };
}
