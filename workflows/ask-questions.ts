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
import type { Bought, OpenQuestions } from '../core/contracts/asking.ts';
import { sumOf } from '../core/contracts/figures.ts';
import type { StageProgress } from '../core/contracts/progress.ts';
import { tooManyFailed } from '../core/contracts/quarantine.ts';
import type { QuestionsInput, QuestionsResult } from '../core/contracts/questions.ts';
import type { Lease } from '../core/contracts/rate-limit.ts';
import type { StepResult } from '../core/contracts/step-result.ts';
import { ledger, llm } from './activity-proxies.ts';
import { askBatchApi, batchApiId } from './ask-batch-api.ts';
import { stageProgressQuery } from './messages.ts';
import { LeaseClient } from './questions/lease-client.ts';
import { QuestionScheduler, type QuestionSchedulerState } from './questions/question-scheduler.ts';
import { handBack, leftOf, Purchases } from './questions/spending.ts';
import { asFailure, isUnavailable } from './run/failure.ts';
import { isHistoryFull } from './run/history-limit.ts';

/** Batches in a row that may be lost to errors nobody foresaw, or to a full disk. */
const LOST_AT_MOST = 5;

/**
 * Questions for every chunk: at once where the ledger has all answers, else by child workflows that ask for them, through
 * the Batch API where the run wants it, and one by one for the rest.
 */
export async function questionsFor(
  input: QuestionsInput,
  purchases = new Purchases(),
): Promise<StepResult<QuestionsResult>> {
  const plan = () => ledger.planQuestions({ ...input, ...boughtBy(purchases) });
  const planned = await plan();
  if ('ready' in planned) return planned.ready;
  const batched = await throughBatchApi(input, planned.open, purchases);
  if (batched) purchases.add(batched);
  const rest = batched ? await plan() : planned;
  if ('ready' in rest) return rest.ready;
  return executeChild(askQuestions, {
    workflowId: `${workflowInfo().workflowId}/questions`,
    args: [{ ...input, found: rest.open, ...boughtBy(purchases) }],
  });
}

async function throughBatchApi(
  input: QuestionsInput,
  found: OpenQuestions,
  purchases: Purchases,
): Promise<Bought | undefined> {
  if (input.options.mode === 'live') return undefined;
  return executeChild(askBatchApi, {
    workflowId: batchApiId(),
    args: [{ ...input, found, ...boughtBy(purchases) }],
  });
}

function boughtBy({ soFar }: Purchases): { bought?: Bought } {
  return soFar ? { bought: soFar } : {};
}

export interface AskingInput extends QuestionsInput {
  found: OpenQuestions;
  /** What the run has bought before. */
  bought?: Bought;
  before?: QuestionSchedulerState;
  historyEvents?: number;
}

/**
 * Has a language model asked about every open chunk, in batches over all workers, each under a lease of the profile's
 * rateLimiter. Nobody's slot is held while quota is waited for: that happens here.
 */
export async function askQuestions(input: AskingInput): Promise<StepResult<QuestionsResult>> {
  const { chunks, options, found, bought } = input;
  const budget = leftOf(options.budget, bought);
  const asking = new QuestionScheduler(found, { ...options, budget }, Date.now(), input.before);
  const desk = new LeaseClient(options.profile, found.limits);
  const progress = () => asking.progress(Date.now(), desk.waitsUntil);
  setHandler(stageProgressQuery, () => ({ stage: 'questions' as const, progress: progress() }));

  const batches = new Set<Promise<void>>();
  const scope = new CancellationScope();
  let fatal: unknown;
  let lost = 0;

  const batch = async (requests: number): Promise<void> => {
    asking.begin(requests);
    try {
      if (asking.backoffMs > 0) await sleep(asking.backoffMs);
      const lease = await desk.lease(requests, asking.tokensEach);
      if (lease) await ask(requests, lease);
      else asking.forgo(requests);
    } catch (error) {
      fatal ??= error;
    } finally {
      asking.end();
    }
  };

  const ask = async (requests: number, lease: Lease): Promise<void> => {
    const taken = asking.take(requests, lease.requests);
    if (taken.ranges.length === 0) return desk.return(lease);
    const began = Date.now();
    const { calibration } = asking;
    try {
      const result = await llm.askChunks({ list: found.list, ...taken, lease, calibration, options });
      const queuedMs = Date.now() - began - result.tookMs;
      // Before anything else is wished for, so that the rateLimiter knows by then what the first answer said of the limits.
      await desk.report(result.report);
      asking.add(taken, result, queuedMs, Date.now());
      lost = 0;
      setCurrentDetails(inWords(progress()));
    } catch (error) {
      asking.lose(taken, isUnavailable(error) ? 'the store does not answer' : undefined);
      // As if all of it had been sent until now; whoever knows better is gone.
      const { requests, tokens = 0 } = lease;
      const sent = { requests, tokens, firstAgoMs: Date.now() - began, lastAgoMs: 0, rejected: 0 };
      await desk.report({ lease: lease.lease, ...sent });
      if (isOurs(error)) lost = asking.isAlone ? lost + 1 : Math.max(lost, 1);
      if (scope.consideredCancelled || isFinal(error) || lost >= LOST_AT_MOST) throw error;
    }
  };

  const stopIfFailed = () => {
    const tooMany = tooManyFailed(asking.state.failures, found.total, options.maxFailedShare);
    const error = fatal ?? (tooMany && asFailure(tooMany));
    if (error) throw error;
  };
  try {
    await scope.run(async () => {
      while (!asking.isOver && !isHistoryFull(input.historyEvents)) {
        stopIfFailed();
        const requests = asking.nextBatch();
        if (requests > 0) {
          const begun: Promise<void> = batch(requests).finally(() => batches.delete(begun));
          batches.add(begun);
        } else {
          const { size } = batches;
          await condition(() => batches.size < size || asking.nextBatch() > 0);
        }
      }
    });
  } catch (error) {
    scope.cancel();
    throw error;
  } finally {
    await CancellationScope.nonCancellable(async () => {
      await desk.close();
      await Promise.all(batches);
      await desk.settled();
    });
    if (scope.consideredCancelled) {
      await handBack({ ...asking.state.figures, inBatches: 0, seconds: asking.seconds(Date.now()) });
    }
  }
  stopIfFailed();
  if (!asking.isOver) return continueAsNew<typeof askQuestions>({ ...input, before: asking.state });

  const { figures, refused } = asking.state;
  const { inBatches = 0 } = bought ?? {};
  const asked = {
    ...sumOf(bought, figures),
    ...(inBatches > 0 && { inBatches }),
    replayed: Math.max(0, found.replayed - (bought?.asked ?? 0)),
    refused,
    stoppedAtBudget: asking.isStoppedAtBudget,
    seconds: asking.seconds(Date.now()) + (bought?.seconds ?? 0),
  };
  return ledger.collectQuestions({ chunks, options, asked });
}

/** What no other batch would fare better with: a wrong key, an unknown model. */
function isFinal(error: unknown): boolean {
  return error instanceof ActivityFailure && error.cause instanceof ApplicationFailure && !!error.cause.nonRetryable;
}

/** It failed by itself, rather than that its worker died or was stopped, or that the store was away. */
function isOurs(error: unknown): boolean {
  if (!(error instanceof ActivityFailure && error.cause instanceof ApplicationFailure)) return false;
  return ['Fault', 'Unforeseen'].includes(error.cause.type ?? '') && !isUnavailable(error);
}

function inWords({ done, total, unit, note }: StageProgress): string {
  return [`${done} of ${total} ${unit}`, note].filter((part) => part !== undefined).join(' · ');
}
