import {
  ActivityFailure,
  ApplicationFailure,
  CancellationScope,
  condition,
  continueAsNew,
  executeChild,
  patched,
  setCurrentDetails,
  setHandler,
  sleep,
  workflowInfo,
} from '@temporalio/workflow';
import type { OpenChunks } from '../core/contracts/asking.ts';
import { Fault } from '../core/contracts/fault.ts';
import type { StageProgress } from '../core/contracts/progress.ts';
import { tooManyFailed } from '../core/contracts/quarantine.ts';
import type { QuestionsInput, QuestionsResult } from '../core/contracts/questions.ts';
import type { Lease } from '../core/contracts/rate-limit.ts';
import type { Spending } from '../core/contracts/spending.ts';
import type { StepResult } from '../core/contracts/step-result.ts';
import { ledger, llm } from './activity-proxies.ts';
import { askBatchApi, batchApiId } from './ask-batch-api.ts';
import { stageProgressQuery } from './messages.ts';
import { AskingTime, reportSeconds } from './questions/asking-time.ts';
import { LeaseClient } from './questions/lease-client.ts';
import { QuestionScheduler, type QuestionSchedulerState } from './questions/question-scheduler.ts';
import { asFailure, isUnavailable } from './run/failure.ts';
import { isHistoryFull } from './run/history-limit.ts';
import { measure } from './run/measure.ts';

/** Leased chunks in a row that may be lost to unforeseen errors, or to a full disk. */
const MAX_LOSSES = 5;

/** The share of a budget at whose spending somebody may still raise it. */
const NEAR_BUDGET = 0.9;

/**
 * Questions for every chunk: at once if the ledger has all answers, else by child workflows that ask for them, first
 * through the Batch API if the run's mode allows it, then one by one for the rest.
 */
export async function questionsFor(
  input: QuestionsInput,
  askingTime = new AskingTime(),
): Promise<StepResult<QuestionsResult>> {
  // The same through pauses, restarted children and repeated steps; a run that is started again has another one.
  const run = workflowInfo().firstExecutionRunId;
  const plan = () => ledger.planQuestions({ ...input, run, seconds: askingTime.seconds });
  let planned = await plan();
  if ('open' in planned && input.options.mode !== 'live') {
    askingTime.begin();
    const { open: openChunks } = planned;
    const answered = await executeChild(askBatchApi, {
      workflowId: batchApiId(),
      args: [{ ...input, run, openChunks }],
    });
    if (answered > 0) planned = await plan();
  }
  if ('ready' in planned) return planned.ready;
  askingTime.begin();
  const { open: openChunks, spent } = planned;
  return executeChild(askQuestions, {
    workflowId: `${workflowInfo().workflowId}/questions`,
    args: [{ ...input, run, openChunks, spent, secondsBefore: askingTime.seconds }],
  });
}

/**
 * Asks a few of the questions that a run would ask, for an estimate. What this estimate has asked before, by the
 * ledger, counts: a pause or a repeated step asks no more than `count`.
 */
export async function pilotFor(
  input: QuestionsInput,
  count: number,
  askingTime: AskingTime,
): Promise<StepResult<{ secondsPerAnswer?: number | undefined }>> {
  const run = workflowInfo().firstExecutionRunId;
  const planned = await ledger.planPilot({ ...input, run, count });
  askingTime.begin();
  const secondsPerAnswer =
    planned &&
    (await executeChild(askPilot, {
      workflowId: `${workflowInfo().workflowId}/pilot`,
      args: [{ ...input, run, openChunks: planned.open, spent: planned.spent }],
    }));
  return { output: { secondsPerAnswer }, reused: false, seconds: 0, summary: 'pilot questions' };
}

export interface AskQuestionsInput extends QuestionsInput {
  openChunks: OpenChunks;
  /** The run that pays; see `LedgerEntry.paid`. */
  run: string;
  /** What it has paid for when `openChunks` was made. */
  spent: Spending;
  /** How long it has asked before; default 0. */
  secondsBefore?: number | undefined;
  /** Carried over from before continuing as new. */
  before?: QuestionSchedulerState;
  /** Events after which it continues as new; default: see `isHistoryFull`. */
  historyEvents?: number;
}

/** Has a language model asked about every open chunk, then collects the questions in the ledger's answers. */
export async function askQuestions(input: AskQuestionsInput): Promise<StepResult<QuestionsResult>> {
  const { chunks, options, openChunks, run, secondsBefore = 0 } = input;
  const scheduler = await askOpenChunks(input, (before) => continueAsNew<typeof askQuestions>({ ...input, before }));
  if (scheduler.isStoppedAtBudget) measure('hone_budgets', 1, { profile: options.profile, state: 'reached' });
  const asked = {
    recording: openChunks.recording,
    seconds: secondsBefore + scheduler.seconds(Date.now()),
    refused: scheduler.state.refused,
    stoppedAtBudget: scheduler.isStoppedAtBudget,
  };
  return ledger.collectQuestions({ chunks, options, run, asked });
}

/**
 * Has a language model asked about a few chunks, as a run asks, and measures the answers, which stay in the ledger.
 * @returns seconds that an answer takes; undefined if there was none.
 */
export async function askPilot(input: AskQuestionsInput): Promise<number | undefined> {
  const scheduler = await askOpenChunks(input, (before) => continueAsNew<typeof askPilot>({ ...input, before }));
  return scheduler.secondsPerAnswer;
}

/**
 * Asks about the open chunks by activities on all workers, each under a lease of the profile's rate limiter. The wait
 * for a lease is here, so that it occupies no worker.
 */
async function askOpenChunks(
  input: AskQuestionsInput,
  continueFrom: (state: QuestionSchedulerState) => Promise<never>,
): Promise<QuestionScheduler> {
  const { options, openChunks, run, spent, historyEvents } = input;
  const { list, recording } = openChunks;
  const scheduler = new QuestionScheduler(openChunks, { ...options, spent }, Date.now(), input.before);
  const leases = new LeaseClient(options.profile, openChunks.limits);
  const progress = () => scheduler.progress(Date.now(), leases.waitsUntil);
  setHandler(stageProgressQuery, () => ({ stage: 'questions' as const, progress: progress() }));

  const running = new Set<Promise<void>>();
  const scope = new CancellationScope();
  let fatal: unknown;
  let losses = 0;

  const useLease = async (requests: number): Promise<void> => {
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
    const began = Date.now();
    const { calibration } = scheduler;
    try {
      const result = await llm.askChunks({ list, recording, run, ...taken, lease, calibration, options });
      const queuedMs = Date.now() - began - result.tookMs;
      // Before the next lease is requested, so that the rate limiter then knows the limits in the first answer's
      // headers.
      await leases.report(result.report);
      const share = scheduler.budgetShare;
      scheduler.addResult(taken, result, queuedMs, Date.now());
      if (share < NEAR_BUDGET && scheduler.budgetShare >= NEAR_BUDGET)
        measure('hone_budgets', 1, { profile: options.profile, state: 'near' });
      losses = 0;
      const silence = scheduler.silence(Date.now());
      if (silence && patched('end-after-silence')) fatal ??= asFailure(silentTooLong(silence, options.profile));
      setCurrentDetails(inWords(progress()));
    } catch (error) {
      scheduler.addLoss(taken, isUnavailable(error) ? 'the store does not answer' : undefined);
      // What was sent is unknown: the whole lease counts as sent until now.
      const { requests, tokens = 0 } = lease;
      const sent = { requests, tokens, firstAgoMs: Date.now() - began, lastAgoMs: 0, rejected: 0 };
      await leases.report({ lease: lease.lease, ...sent });
      if (isUnforeseen(error)) losses = scheduler.isAlone ? losses + 1 : Math.max(losses, 1);
      if (scope.consideredCancelled || isFinal(error) || losses >= MAX_LOSSES) throw error;
    }
  };

  const { backlog } = scheduler;
  /** Keeps the state of this workflow small, whatever the corpus. */
  const storeBacklog = async (): Promise<void> => {
    while (backlog.isOverfull && patched('stored-backlog')) {
      const chunks = backlog.takeOverflow();
      backlog.addStored({ part: await ledger.storeBacklog({ chunks }), count: chunks.length });
    }
  };
  const readBacklog = async (): Promise<void> => {
    const stored = backlog.takeStored();
    if (stored) backlog.restore(await ledger.readBacklog(stored));
  };

  const failure = () => {
    const tooMany = tooManyFailed(scheduler.state.failures, openChunks.total, options.maxFailedShare);
    return fatal ?? (tooMany && asFailure(tooMany));
  };
  const throwIfFailed = () => {
    const error = failure();
    if (error) throw error;
  };
  const continues = () => !scope.consideredCancelled && !scheduler.isOver && !failure();

  try {
    await scope.run(async () => {
      while (!scheduler.isOver && !isHistoryFull(historyEvents)) {
        throwIfFailed();
        await storeBacklog();
        await readBacklog();
        const requests = scheduler.nextLeaseSize();
        if (requests > 0) {
          const use: Promise<void> = useLease(requests).finally(() => running.delete(use));
          running.add(use);
        } else {
          const { size } = running;
          await condition(() => running.size < size || scheduler.nextLeaseSize() > 0);
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
    if (!continues()) await reportSeconds(scheduler.seconds(Date.now()));
  }
  throwIfFailed();
  if (continues()) {
    await storeBacklog();
    return continueFrom(scheduler.state);
  }
  return scheduler;
}

function silentTooLong({ ms, reason }: { ms: number; reason: string }, profile: string): Fault {
  return new Fault(
    'unavailable',
    `The endpoint of profile "${profile}" has answered nothing for ${Math.round(ms / 60_000)} minutes. At last, ${reason}.`,
    'Check that it is up and that the profile names it rightly, then start the run again: what was answered is kept.',
  );
}

/** Whether other leased chunks would fail in the same way: a wrong key, an unknown model. */
function isFinal(error: unknown): boolean {
  return error instanceof ActivityFailure && error.cause instanceof ApplicationFailure && !!error.cause.nonRetryable;
}

/**
 * Whether the activity failed by itself, and not because its worker died or was stopped, or the store was unavailable.
 */
function isUnforeseen(error: unknown): boolean {
  if (!(error instanceof ActivityFailure && error.cause instanceof ApplicationFailure)) return false;
  return ['Fault', 'Unforeseen'].includes(error.cause.type ?? '') && !isUnavailable(error);
}

function inWords({ done, total, unit, note }: StageProgress): string {
  return [`${done} of ${total} ${unit}`, note].filter((part) => part !== undefined).join(' · ');
}
