import { doStep, findStep, type StepIdentity } from '../../core/artifacts/step.ts';
import type { OpenChunks } from '../../core/contracts/asking.ts';
import type { ChatMessage } from '../../core/contracts/chat.ts';
import { Chunk } from '../../core/contracts/corpus.ts';
import { Fault } from '../../core/contracts/fault.ts';
import { addFailure, noFailures, tooManyFailed } from '../../core/contracts/quarantine.ts';
import { type PlannedQuestions, type QuestionsInput, QuestionsResult } from '../../core/contracts/questions.ts';
import { NO_SPENDING } from '../../core/contracts/spending.ts';
import type { StepResult } from '../../core/contracts/step-result.ts';
import { openTokenCounter } from '../../core/provider/count-tokens.ts';
import { receiveEndedJobs } from '../../core/questions/batch-api/submit-jobs.ts';
import { headingQuestions } from '../../core/questions/heading-questions.ts';
import { estimateAnswerTokens } from '../../core/questions/ledger/answer-tokens.ts';
import { type FoundChunks, findOpenChunks } from '../../core/questions/ledger/find-open-chunks.ts';
import { importRecording, recordingName } from '../../core/questions/ledger/ledger.ts';
import { distinctChunks } from '../../core/questions/ledger/replay-answers.ts';
import { putJsonLines, readJsonLines } from '../runtime/artifacts.ts';
import type { StepContext } from '../runtime/context.ts';
import { findProfile, ledgerEndpoint } from '../runtime/profiles.ts';
import { jobContext } from './batch-api.ts';
import {
  asPaidBy,
  finishStep,
  type PaidQuestions,
  questionsStep,
  readRecording,
  withSummary,
} from './collect-questions.ts';
import { putOpenChunks } from './open-chunks.ts';

type Options = QuestionsInput['options'];

/**
 * Finds the chunks to ask about. The step is done at once if an earlier run has done it, if headings are the questions,
 * or if the ledger holds all answers.
 * @param input `seconds`: how long the run has asked before; undefined: it has not.
 */
export async function planQuestions(
  context: StepContext,
  { seconds, ...input }: PaidQuestions & { seconds?: number | undefined },
): Promise<PlannedQuestions> {
  const { store } = context;
  const { chunks, options } = input;
  const recorded = await readRecording(context, options);
  const recording = recorded && recordingName(recorded);
  const step = questionsStep(context, input, recording);
  const before =
    (await findStep(store, step, QuestionsResult)) ??
    (options.budget && (await findStep(store, questionsStep(context, input, recording, true), QuestionsResult)));
  if (before) {
    if (before.output.quarantinedCount > 0) {
      refuseIfTooMany(before.output, await readJsonLines(store, chunks, Chunk), options);
    }
    return { ready: withSummary(await asPaidBy(context, before, { ...input, recording }, seconds !== undefined)) };
  }

  const all = await readJsonLines(store, chunks, Chunk);
  if (options.from === 'headings') return { ready: await finishWithHeadings(context, all, step) };
  if (recorded) await importRecording(recorded, store, options.ledger);
  const found = await findOpen(context, all, input, recording);
  const tooMany = tooManyFailed(found.failures, found.total, options.maxFailedShare);
  if (tooMany) throw tooMany;
  const open = found.open.length > 0 && (await describeOpen(context, options, found));
  if (open) return { open: { ...open, recording }, spent: found.bill.spending };
  const asked = { recording, seconds: seconds ?? 0, refused: {}, stoppedAtBudget: false };
  const ready = await finishStep(context, input, step, asked);
  refuseIfTooMany(ready.output, all, options);
  return { ready };
}

/**
 * Chooses the chunks of a pilot: as many as `count` allows beside the answers that `run` has paid for already, so that
 * a repeated step buys no more. Undefined if there are none to ask about.
 * @throws Fault `config` as `planQuestions`.
 */
export async function planPilot(
  context: StepContext,
  { count, ...input }: PaidQuestions & { count: number },
): Promise<Extract<PlannedQuestions, { open: OpenChunks }> | undefined> {
  const { store } = context;
  const { chunks, options } = input;
  const recorded = await readRecording(context, options);
  const recording = recorded && (await importRecording(recorded, store, options.ledger));
  const found = await findOpen(context, await readJsonLines(store, chunks, Chunk), input, recording);
  const spent = found.bill.spending;
  const chosen = found.open.slice(0, Math.max(0, count - spent.answers));
  const open = chosen.length > 0 && (await describeOpen(context, options, { ...found, open: chosen }));
  return open ? { open: { ...open, recording }, spent } : undefined;
}

async function finishWithHeadings(
  { store }: StepContext,
  all: readonly Chunk[],
  step: StepIdentity,
): Promise<StepResult<QuestionsResult>> {
  const questions = await headingQuestions(all);
  const work = async (): Promise<QuestionsResult> => ({
    questions: await putJsonLines(store, questions),
    count: questions.length,
    replayed: 0,
    // Without a cost, as headings have no price.
    spending: { ...NO_SPENDING, cost: undefined },
    quarantined: [],
    quarantinedCount: 0,
  });
  return withSummary(await doStep(store, step, QuestionsResult, work));
}

async function findOpen(
  context: StepContext,
  all: readonly Chunk[],
  { options, run }: PaidQuestions,
  recording: string | undefined,
): Promise<FoundChunks> {
  const { store, signal, progress } = context;
  const counter = await openTokenCounter(options.model);
  const endpoint = ledgerEndpoint(context, options.profile);
  const { tokens: answer } = await estimateAnswerTokens([], store, options, endpoint);
  const countTokens = (messages: readonly ChatMessage[]) => counter.chat(messages) + Math.ceil(answer.likely);
  const findContext = { store, recording, endpoint, signal, onProgress: progress, countTokens, run };
  const found = await findOpenChunks(all, options, findContext);
  // In the other modes, submitting jobs receives those that have ended, and knows which run pays for them.
  if (options.mode !== 'live' || found.open.length === 0) return found;
  return (await receiveLeftOver(context, all, options)) ? findOpenChunks(all, options, findContext) : found;
}

/**
 * Fails if the result has more chunks without a question than this run allows; an earlier run may have allowed more.
 */
function refuseIfTooMany(
  { quarantined, quarantinedCount: count }: QuestionsResult,
  all: readonly Chunk[],
  { maxFailedShare }: Options,
): void {
  const failures = noFailures();
  for (const failed of quarantined) addFailure(failures, failed);
  const fault = tooManyFailed({ ...failures, count }, distinctChunks(all).length, maxFailedShare);
  if (fault) throw fault;
}

/**
 * Receives what Batch API jobs answered for earlier runs that were cancelled or died. A job that the endpoint tells
 * nothing about holds up no run that asks one by one.
 * @returns whether the ledger may have more answers now.
 */
async function receiveLeftOver(context: StepContext, all: readonly Chunk[], options: Options): Promise<boolean> {
  if (findProfile(context, options.profile) instanceof Fault) return false;
  // No run has this id, so they are received for whoever made the jobs and pays for them.
  const noRun = jobContext(context, { profile: options.profile, run: '' });
  try {
    return (await receiveEndedJobs(all, options, noRun)).answered > 0;
  } catch (error) {
    if (error instanceof Fault) return true;
    throw error;
  }
}

/**
 * Undefined if this worker has no profile to ask with, and only second requests are open: the chunks then end without a
 * question.
 * @throws Fault `config` if first answers are missing and there is no profile, or if there is a budget and no price.
 */
async function describeOpen(
  context: StepContext,
  { profile: name, model, budget }: Options,
  { open, total, bill, failures }: FoundChunks,
): Promise<OpenChunks | undefined> {
  const unanswered = open.filter(({ reason }) => reason === undefined).length;
  const profile = findProfile(context, name);
  if (profile instanceof Fault) {
    if (unanswered > 0) throw explained(profile, unanswered, total);
    return undefined;
  }
  const price = profile.prices[model];
  if (budget !== undefined && !price) {
    throw new Fault(
      'config',
      `There is a budget, but the profile "${name}" has no price for ${model}, so what asking costs is not known.`,
      `Set the prices of ${model} in the worker's worker.yaml, or leave questions.budget out.`,
    );
  }
  const { requestsPerMinute, tokensPerMinute } = profile;
  const tokens = open.reduce((sum, one) => sum + one.tokens, 0);
  return {
    list: await putOpenChunks(context.store, open),
    open: open.length,
    total,
    tokens,
    // At the higher price of prompt and completion, so that the estimate is not below the bill.
    cost: price && (tokens * Math.max(price.prompt, price.completion)) / 1e6,
    maxCost: bill.maxCost,
    replayed: bill.replayed,
    failures,
    limits: { requestsPerMinute, tokensPerMinute },
  };
}

function explained({ kind, message, advice }: Fault, missing: number, of: number): Fault {
  return new Fault(
    kind,
    `${missing} of ${of} answers are not in the ledger. ${message}`,
    `${advice} Or give a recorded ledger (questions.ledger). Without a language model, questions.from: headings takes the documents’ own headings.`,
  );
}
