import {
  ActivityFailure,
  ApplicationFailure,
  CancellationScope,
  condition,
  continueAsNew,
  executeChild,
  setCurrentDetails,
  setHandler,
  sleep,
  workflowInfo,
} from '@temporalio/workflow';
import type { AskedSoFar, OpenChunks } from '../core/contracts/asking.ts';
import type { StageProgress } from '../core/contracts/progress.ts';
import { tooManyFailed } from '../core/contracts/quarantine.ts';
import type { QuestionsInput, QuestionsResult } from '../core/contracts/questions.ts';
import type { Lease } from '../core/contracts/rate-limit.ts';
import { addSpending, NO_SPENDING, remainingBudget, type Spending } from '../core/contracts/spending.ts';
import type { StepResult } from '../core/contracts/step-result.ts';
import { ledger, llm } from './activity-proxies.ts';
import { askBatchApi, batchApiId } from './ask-batch-api.ts';
import { stageProgressQuery } from './messages.ts';
import { LeaseClient } from './questions/lease-client.ts';
import { QuestionScheduler, type QuestionSchedulerState } from './questions/question-scheduler.ts';
import { RunSpending, reportingSpending } from './questions/spending.ts';
import { asFailure, isUnavailable } from './run/failure.ts';
import { isHistoryFull } from './run/history-limit.ts';

/** Activities in a row that may fail with an error that is neither transient nor final. */
const MAX_FAILURES = 5;

/**
 * Questions for every chunk: at once where the ledger has all answers, else by child workflows that ask for them, through
 * the Batch API where the run's mode asks for that, and request by request for the rest.
 */
export async function questionsFor(
  input: QuestionsInput,
  spending = new RunSpending(),
): Promise<StepResult<QuestionsResult>> {
  const spentBefore = () => spending.total && { spentBefore: spending.total };
  const plan = () => ledger.planQuestions({ ...input, ...spentBefore() });
  const planned = await plan();
  if ('ready' in planned) return planned.ready;
  let rest = planned;
  if (input.options.mode !== 'live') {
    const spent = await executeChild(askBatchApi, {
      workflowId: batchApiId(),
      args: [{ ...input, open: planned.open, ...spentBefore() }],
    });
    if (spent) {
      spending.add(spent);
      const replanned = await plan();
      if ('ready' in replanned) return replanned.ready;
      rest = replanned;
    }
  }
  return executeChild(askQuestions, {
    workflowId: `${workflowInfo().workflowId}/questions`,
    args: [{ ...input, open: rest.open, ...spentBefore() }],
  });
}

export interface AskQuestionsInput extends QuestionsInput {
  open: OpenChunks;
  /** What the run has spent before. */
  spentBefore?: Spending | undefined;
  /** State of the history before this one. */
  before?: QuestionSchedulerState;
  /** Events after which the workflow continues as new; for tests. */
  historyEvents?: number;
}

/**
 * Has a language model asked about every open chunk, by activities on all workers, each under a lease of the profile's
 * rate limiter. Waits for quota happen in this workflow, so they occupy no worker.
 */
export async function askQuestions(input: AskQuestionsInput): Promise<StepResult<QuestionsResult>> {
  const budget = remainingBudget(input.options.budget, input.spentBefore ?? NO_SPENDING);
  const scheduler = new QuestionScheduler(input.open, { ...input.options, budget }, Date.now(), input.before);
  return reportingSpending(
    () => scheduler.spending(Date.now()),
    () => askOpenChunks(input, scheduler),
  );
}

async function askOpenChunks(
  input: AskQuestionsInput,
  scheduler: QuestionScheduler,
): Promise<StepResult<QuestionsResult>> {
  const { chunks, options, open } = input;
  const leases = new LeaseClient(options.profile, open.limits);
  const progress = () => scheduler.progress(Date.now(), leases.waitsUntil);
  setHandler(stageProgressQuery, () => ({ stage: 'questions' as const, progress: progress() }));

  const running = new Set<Promise<void>>();
  const scope = new CancellationScope();
  let fatal: unknown;
  let failures = 0;

  const leaseAndAsk = async (requests: number): Promise<void> => {
    scheduler.begin(requests);
    try {
      if (scheduler.backoffMs > 0) await sleep(scheduler.backoffMs);
      const lease = await leases.lease(requests, scheduler.tokensPerRequest);
      if (lease) await ask(requests, lease);
      else scheduler.forgo(requests);
    } catch (error) {
      fatal ??= error;
    } finally {
      scheduler.end();
    }
  };

  const ask = async (requests: number, lease: Lease): Promise<void> => {
    const taken = scheduler.take(requests, lease.requests);
    if (taken.ranges.length === 0) return leases.return(lease);
    const startedAt = Date.now();
    const { calibration } = scheduler;
    try {
      const result = await llm.askChunks({ list: open.list, ...taken, lease, calibration, options });
      const queuedMs = Date.now() - startedAt - result.tookMs;
      // Reported before the next lease is requested: the rate limiter then knows the limits in the first answer's headers.
      await leases.report(result.report);
      scheduler.add(taken, result, queuedMs, Date.now());
      failures = 0;
      setCurrentDetails(describe(progress()));
    } catch (error) {
      scheduler.lose(taken, isUnavailable(error) ? 'the store does not answer' : undefined);
      // Counted as if all requests had been sent until now, as it is not known how many were.
      const { requests, tokens = 0 } = lease;
      const sent = { requests, tokens, firstAgoMs: Date.now() - startedAt, lastAgoMs: 0, rejected: 0 };
      await leases.report({ lease: lease.lease, ...sent });
      // Activities that ran at the same time fail for the same reason: they count once.
      if (isUnexpected(error)) failures = scheduler.isAlone ? failures + 1 : Math.max(failures, 1);
      if (scope.consideredCancelled || isFinal(error) || failures >= MAX_FAILURES) throw error;
    }
  };

  const stopIfFailed = () => {
    const tooMany = tooManyFailed(scheduler.state.failures, open.total, options.maxFailedShare);
    const error = fatal ?? (tooMany && asFailure(tooMany));
    if (error) throw error;
  };
  try {
    await scope.run(async () => {
      while (!scheduler.isOver && !isHistoryFull(input.historyEvents)) {
        stopIfFailed();
        const requests = scheduler.nextRequests();
        if (requests > 0) {
          const started: Promise<void> = leaseAndAsk(requests).finally(() => running.delete(started));
          running.add(started);
        } else {
          const { size } = running;
          await condition(() => running.size < size || scheduler.nextRequests() > 0);
        }
      }
    });
  } catch (error) {
    scope.cancel();
    throw error;
  } finally {
    await CancellationScope.nonCancellable(async () => {
      await leases.close();
      await Promise.all(running);
      await leases.settled();
    });
  }
  stopIfFailed();
  if (!scheduler.isOver) return continueAsNew<typeof askQuestions>({ ...input, before: scheduler.state });
  return ledger.collectQuestions({ chunks, options, asked: askedSoFar(input, scheduler) });
}

function askedSoFar({ open, spentBefore = NO_SPENDING }: AskQuestionsInput, scheduler: QuestionScheduler): AskedSoFar {
  return {
    spending: addSpending(spentBefore, scheduler.spending(Date.now())),
    // The ledger held the run's own earlier answers when the chunks were planned; those were paid for, not replayed.
    replayed: Math.max(0, open.replayed - spentBefore.answers),
    refused: scheduler.state.refused,
    stoppedAtBudget: scheduler.isStoppedAtBudget,
  };
}

/** No request can be answered, as for a wrong key or an unknown model. */
function isFinal(error: unknown): boolean {
  return error instanceof ActivityFailure && error.cause instanceof ApplicationFailure && !!error.cause.nonRetryable;
}

/** The activity itself failed: its worker did not die or stop, and the store was available. */
function isUnexpected(error: unknown): boolean {
  if (!(error instanceof ActivityFailure && error.cause instanceof ApplicationFailure)) return false;
  return ['Fault', 'Unforeseen'].includes(error.cause.type ?? '') && !isUnavailable(error);
}

function describe({ done, total, unit, note }: StageProgress): string {
  return [`${done} of ${total} ${unit}`, note].filter((part) => part !== undefined).join(' · ');
}
