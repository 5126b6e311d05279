import {
  CancellationScope,
  continueAsNew,
  isCancellation,
  setHandler,
  sleep,
  workflowInfo,
} from '@temporalio/workflow';
import type { OpenChunks } from '../core/contracts/asking.ts';
import { BATCH_API_PRICE_SHARE } from '../core/contracts/batch-api.ts';
import type { JobsProgress, ReceivedAnswers, SubmittedJob } from '../core/contracts/batch-jobs.ts';
import type { StageProgress } from '../core/contracts/progress.ts';
import type { QuestionsInput } from '../core/contracts/questions.ts';
import type { RunInput } from '../core/contracts/run-input.ts';
import { addSpending, NO_SPENDING, remainingBudget, type Spending } from '../core/contracts/spending.ts';
import { batchApi, batchCancel } from './activity-proxies.ts';
import { stageProgressQuery } from './messages.ts';
import { reportingSpending } from './questions/spending.ts';
import { isHistoryFull } from './run/history-limit.ts';

/** Interval of the first polls; a small job may be done at once. Doubled from one to the next. */
const FIRST_POLL_MS = 5_000;
/** Longest interval. Most jobs take hours, and a day of polls at this interval is a short history. */
const LONGEST_POLL_MS = 600_000;

export interface BatchApiInput extends QuestionsInput {
  open: OpenChunks;
  /** What the run has spent before. */
  spentBefore?: Spending | undefined;
  /** State of the history before this one. */
  before?: BatchApiState;
}

interface BatchApiState {
  /** Absent while no answer was received. */
  spending?: Spending | undefined;
  /** Milliseconds since the epoch. */
  startedAt: number;
  /** Requests that the endpoint's queue accepts at once; absent while the queue was never full. */
  queueRoom?: number | undefined;
}

/**
 * Sends the requests whose answers the ledger lacks through the Batch API, where the run's mode asks for that, and polls
 * on durable timers, so that no worker is occupied for the hours a job takes. What has no answer afterwards is asked
 * request by request.
 * @returns what was spent; undefined if no answer was received.
 */
export async function askBatchApi(input: BatchApiInput): Promise<Spending | undefined> {
  const { chunks, options, open, spentBefore, before } = input;
  const { profile } = options;
  const budget = remainingBudget(options.budget, spentBefore ?? NO_SPENDING);
  const run = workflowInfo().workflowId;
  const state: BatchApiState = before ?? { startedAt: Date.now() };
  let progress: StageProgress = { done: 0, total: open.open, unit: 'requests', note: 'Batch API' };
  setHandler(stageProgressQuery, () => ({ stage: 'questions' as const, progress }));

  const untilEnded = async (jobs: SubmittedJob[]): Promise<void> => {
    for (let pause = FIRST_POLL_MS; ; pause = Math.min(2 * pause, LONGEST_POLL_MS)) {
      const polled = await batchApi.pollBatchJobs({ jobs, profile, run });
      progress = toStageProgress(polled);
      if (polled.ended) return;
      await sleep(pause);
    }
  };
  const add = ({ answered, spending }: ReceivedAnswers) => {
    if (answered > 0) state.spending = addSpending(state.spending ?? NO_SPENDING, spending);
  };
  const spent = () => state.spending && { ...state.spending, seconds: (Date.now() - state.startedAt) / 1000 };

  return reportingSpending(
    () => spent() ?? NO_SPENDING,
    async () => {
      do {
        if (isHistoryFull()) return continueAsNew<typeof askBatchApi>({ ...input, before: state });
        const most = Math.min(
          affordable(open, remainingBudget(budget, state.spending ?? NO_SPENDING)),
          state.queueRoom ?? Number.POSITIVE_INFINITY,
        );
        const { jobs, received: earlier } = await batchApi.submitBatchJobs({
          ...{ chunks, options, run },
          ...(most < open.open && { most }),
        });
        add(earlier);
        if (jobs.length === 0) break;
        await untilEnded(jobs);
        const received = await batchApi.receiveBatchJobs({ jobs, profile, run });
        add(received);
        state.queueRoom = roomAfter(received, jobs, state.queueRoom);
      } while (state.queueRoom !== undefined);
      return spent();
    },
  );
}

/**
 * Cancels a run's Batch API jobs if the run is cancelled during `work`. A pause leaves the jobs alone: they are paid for,
 * and their answers are received when the run resumes.
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
      // An endpoint that is down must not keep the run from ending: its job goes on, and the next run receives it.
      await CancellationScope.nonCancellable(() => batchCancel.cancelBatchJobs({ profile, run }).catch(() => {}));
    }
    throw error;
  }
}

/** Id of a run's `askBatchApi` workflow; the run's Batch API jobs carry it. */
export function batchApiId(): string {
  return `${workflowInfo().workflowId}/batch-api`;
}

/** How many requests to send next; undefined if all were sent, or if sending more would not help. */
function roomAfter(
  { answered, queueFull }: ReceivedAnswers,
  jobs: readonly SubmittedJob[],
  room: number | undefined,
): number | undefined {
  if (!queueFull) return answered > 0 ? room : undefined;
  const sent = jobs.reduce((sum, { lines }) => sum + lines, 0);
  // The queue will accept again what it has just accepted. If that was nothing, half as much may fit.
  return answered || Math.floor(sent / 2) || undefined;
}

/** Requests that the budget allows, by an estimate that is at least the bill. */
function affordable({ open, cost = 0 }: OpenChunks, budget: number): number {
  if (cost === 0) return Number.POSITIVE_INFINITY;
  return Math.max(0, Math.floor(budget / ((BATCH_API_PRICE_SHARE * cost) / open)));
}

function toStageProgress({ done, total, expiresAt }: JobsProgress): StageProgress {
  const hours = expiresAt === undefined ? undefined : Math.max(0, (expiresAt - Date.now()) / 3_600_000);
  const left = hours === undefined ? '' : `, window ends in ${hours < 1 ? 'under an hour' : `${Math.floor(hours)} h`}`;
  return { done, total, unit: 'requests', note: `batch${left}` };
}
