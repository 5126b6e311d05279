import { doStep, findStep } from '../../core/artifacts/step.ts';
import type { AskedSoFar, OpenChunks } from '../../core/contracts/asking.ts';
import type { ChatMessage } from '../../core/contracts/chat.ts';
import { Chunk } from '../../core/contracts/corpus.ts';
import { Fault } from '../../core/contracts/fault.ts';
import { addFailure, noFailures, tooManyFailed } from '../../core/contracts/quarantine.ts';
import { type QuestionsInput, QuestionsResult } from '../../core/contracts/questions.ts';
import { NO_SPENDING, type Spending } from '../../core/contracts/spending.ts';
import type { StepResult } from '../../core/contracts/step-result.ts';
import { openTokenMeter } from '../../core/provider/count-tokens.ts';
import { takeInEnded } from '../../core/questions/batch-api/submit-batches.ts';
import { headingQuestions } from '../../core/questions/heading-questions.ts';
import { answerTokens } from '../../core/questions/ledger/answer-tokens.ts';
import { type FoundOpen, findOpen } from '../../core/questions/ledger/find-open.ts';
import { importLedger } from '../../core/questions/ledger/ledger.ts';
import { distinctChunks } from '../../core/questions/ledger/look-up.ts';
import { putJsonLines, readJsonLines } from '../runtime/artifacts.ts';
import type { StepContext } from '../runtime/context.ts';
import { findProfile } from '../runtime/profiles.ts';
import { batchingOf } from './batch-api.ts';
import { putOpenChunks } from './open-chunks.ts';
import { gather, questionsStep, readRecording, told } from './questions-step.ts';

type Input = QuestionsInput & { spentBefore?: Spending };

const NOTHING_ASKED: AskedSoFar = {
  spending: NO_SPENDING,
  replayed: 0,
  refused: [],
  stoppedAtBudget: false,
};

/**
 * Finds what has to be asked. Questions that an earlier run has finished, that headings make, or whose answers the ledger
 * holds in full, are made at once.
 */
export async function planQuestions(
  context: StepContext,
  input: Input,
): Promise<{ ready: StepResult<QuestionsResult> } | { open: OpenChunks }> {
  const { store, signal, progress } = context;
  const { chunks, options, spentBefore } = input;
  const recording = await readRecording(context, options);
  const whole = questionsStep(input, recording);
  const before =
    (await findStep(store, whole, QuestionsResult)) ??
    (options.budget && (await findStep(store, questionsStep(input, recording, true), QuestionsResult)));
  if (before) {
    if (before.output.quarantinedCount > 0)
      refuseIfTooMany(before.output, await readJsonLines(store, chunks, Chunk), options);
    return { ready: told(before) };
  }

  const all = await readJsonLines(store, chunks, Chunk);
  if (options.from === 'headings') {
    const questions = await headingQuestions(all);
    const { cost: _, ...spending } = NO_SPENDING;
    const made = async () => ({
      questions: await putJsonLines(store, questions),
      count: questions.length,
      ...{ replayed: 0, spending, quarantined: [], quarantinedCount: 0 },
    });
    return { ready: told(await doStep(store, whole, QuestionsResult, made)) };
  }
  if (recording) await importLedger(recording, store, options.ledger);
  const meter = await openTokenMeter(options.model);
  const { tokens: answer } = await answerTokens([], store, options);
  const countTokens = (messages: readonly ChatMessage[]) => meter.chat(messages) + Math.ceil(answer.likely);
  const finding = { store, signal, onProgress: progress, countTokens, run: context.owner.run };
  let found = await findOpen(all, options, finding);
  // Through the Batch API, the run does that itself, and knows whose they were.
  if (options.mode === 'live' && found.open.length > 0 && (await takeInLeftOvers(context, all, options)) > 0) {
    found = await findOpen(all, options, finding);
  }
  const fault = tooManyFailed(found.failures, found.total, options.maxFailedShare);
  if (fault) throw fault;
  const open = found.open.length > 0 && (await describeOpen(context, options, found));
  if (open) return { open };
  const asked = { ...NOTHING_ASKED, replayed: found.replayed, ...(spentBefore && paidBefore(spentBefore, found)) };
  const work = () => gather(context, input, asked);
  const outcome = await doStep(store, whole, QuestionsResult, work, spentBefore?.seconds);
  refuseIfTooMany(outcome.output, all, options);
  return { ready: told(outcome) };
}

/** An earlier run may have put up with more; and where nobody can be asked again, first answers have to do. */
function refuseIfTooMany(
  { quarantined, quarantinedCount: count }: QuestionsResult,
  all: readonly Chunk[],
  { maxFailedShare }: Input['options'],
): void {
  const failures = noFailures();
  for (const failed of quarantined) addFailure(failures, failed);
  const fault = tooManyFailed({ ...failures, count }, distinctChunks(all).length, maxFailedShare);
  if (fault) throw fault;
}

/** What an earlier run's batches have done and nobody fetched, as it was cancelled or died meanwhile. */
async function takeInLeftOvers(
  context: StepContext,
  all: readonly Chunk[],
  options: Input['options'],
): Promise<number> {
  if (findProfile(context, options.profile) instanceof Fault) return 0;
  const nobody = batchingOf(context, { profile: options.profile, run: '' });
  return (await takeInEnded(all, options, nobody)).answered;
}

/** Answers that the run has just bought are in the ledger by now, but were no gift. */
function paidBefore(spending: Spending, { replayed }: FoundOpen): Partial<AskedSoFar> {
  return { spending, replayed: Math.max(0, replayed - spending.answers) };
}

/** Undefined if only second tries are lacking and nobody can be asked for them: those chunks go without. */
async function describeOpen(
  context: StepContext,
  { profile: name, model, budget }: Input['options'],
  { open, total, replayed, failures }: FoundOpen,
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
      `There is a budget, but the profile "${name}" has no price for ${model}, so nobody knows when it is spent.`,
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
    // Answers are a fraction of their prompts; taken for as dear as the dearer of both, an estimate is no less than the bill.
    ...(price && { cost: (tokens * Math.max(price.prompt, price.completion)) / 1e6 }),
    replayed,
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
