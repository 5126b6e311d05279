import { doStep, type StepIdentity } from '../../core/artifacts/step.ts';
import type { AskedSoFar } from '../../core/contracts/asking.ts';
import { Chunk } from '../../core/contracts/corpus.ts';
import { Fault } from '../../core/contracts/fault.ts';
import { briefly, MAX_LISTED } from '../../core/contracts/quarantine.ts';
import { type QuestionsInput, QuestionsResult } from '../../core/contracts/questions.ts';
import { NO_SPENDING, type Spending } from '../../core/contracts/spending.ts';
import type { StepResult } from '../../core/contracts/step-result.ts';
import { collectQuestions as collect } from '../../core/questions/collect-questions.ts';
import { putJsonLines, readJsonLines } from '../runtime/artifacts.ts';
import type { StepContext } from '../runtime/context.ts';
import { counted } from '../runtime/count-noun.ts';
import { readNamedFile } from '../runtime/locations.ts';
import { ledgerEndpoint } from '../runtime/profiles.ts';

/** Of chunks that were asked about in vain, the workflow keeps so many with their reasons, and not all. */
const UNKNOWN = 'the endpoint refused the text, or did not answer';

/** Ends the question step after asking: collects the questions in the ledger's answers. */
export async function collectQuestions(
  context: StepContext,
  { asked, ...input }: PaidQuestions & { asked: AskedSoFar },
): Promise<StepResult<QuestionsResult>> {
  const { recording, stoppedAtBudget } = asked;
  return finishStep(context, input, questionsStep(context, input, recording, stoppedAtBudget), asked);
}

/** Questions, and the run that pays for them; see `LedgerEntry.paid`. */
export type PaidQuestions = QuestionsInput & { run: string };

/** The recorded answers that a run names (`questions.ledger`). */
export async function readRecording(
  context: StepContext,
  { ledger }: QuestionsInput['options'],
): Promise<Uint8Array | undefined> {
  return ledger ? readNamedFile(context, ledger, 'questions.ledger') : undefined;
}

/**
 * The identity of the question step. A recording is part of it, by its name, and so is the endpoint. A step that ended
 * at its budget is another one for each budget, as a larger budget may get further; a complete step is the same
 * whatever it cost.
 */
export function questionsStep(
  worker: Pick<StepContext, 'profiles' | 'keyless'>,
  { chunks, options }: QuestionsInput,
  recording?: string,
  stoppedAtBudget = false,
): StepIdentity {
  const endpoint = ledgerEndpoint(worker, options.profile);
  // Where answers come from, and how many may fail, does not change the questions.
  const { ledger: _, maxFailedShare: __, mode: ___, batchFrom: ____, roundTrip: _____, budget, ...worded } = options;
  return {
    name: 'ask',
    // Raised when answers are parsed or validated differently. The ledger is not affected: no answer is paid for again.
    version: 2,
    inputs: {
      chunks: chunks.sha256,
      ...(recording !== undefined && { recording }),
      ...(endpoint !== undefined && options.from === 'llm' && { endpoint }),
    },
    options: stoppedAtBudget ? { ...worded, budget } : worded,
  };
}

/** Does the step from the answers that the ledger holds by now. */
export async function finishStep(
  context: StepContext,
  input: PaidQuestions,
  step: StepIdentity,
  asked: AskedSoFar,
): Promise<StepResult<QuestionsResult>> {
  const work = () => collectFromLedger(context, input, asked);
  const outcome = await doStep(context.store, step, QuestionsResult, work, asked.seconds);
  // Another run may have done the same step meanwhile, from answers of both.
  return withSummary(await asPaidBy(context, outcome, { ...input, recording: asked.recording }, true));
}

/**
 * The outcome of a step, with what this run has paid for it, if another run did the step.
 * @param hasAsked whether this run has asked at all; if not, it has paid nothing, and the ledger is not read.
 */
export async function asPaidBy(
  context: StepContext,
  outcome: Omit<StepResult<QuestionsResult>, 'summary'>,
  input: PaidQuestions & { recording: string | undefined },
  hasAsked: boolean,
): Promise<Omit<StepResult<QuestionsResult>, 'summary'>> {
  const { output } = outcome;
  if (output.paidBy === input.run || (!hasAsked && output.spending.answers === 0)) return outcome;
  const spending = hasAsked ? await spendingFor(context, input) : NO_SPENDING;
  const replayed = Math.max(0, output.replayed + output.spending.answers - spending.answers);
  return { ...outcome, reused: outcome.reused && spending.answers === 0, output: { ...output, replayed, spending } };
}

/** What a run has paid for the answers about these chunks, by the ledger. */
export async function spendingFor(
  context: StepContext,
  { chunks, options, run, recording }: PaidQuestions & { recording?: string | undefined },
): Promise<Spending> {
  const { store, signal, progress: onProgress } = context;
  const endpoint = ledgerEndpoint(context, options.profile);
  const all = await readJsonLines(store, chunks, Chunk);
  return (await collect(all, options, { store, recording, endpoint, run, signal, onProgress })).bill.spending;
}

async function collectFromLedger(
  worker: StepContext,
  { chunks, options, run }: PaidQuestions,
  { recording, seconds, refused, stoppedAtBudget }: AskedSoFar,
): Promise<QuestionsResult> {
  const { store, signal, progress: onProgress } = worker;
  const endpoint = ledgerEndpoint(worker, options.profile);
  const all = await readJsonLines(store, chunks, Chunk);
  const reasonIfUnknown = stoppedAtBudget ? undefined : UNKNOWN;
  const context = { store, recording, endpoint, refused, reasonIfUnknown, run, signal, onProgress };
  const { questions, quarantined, notAsked, bill } = await collect(all, options, context);
  if (quarantined.length > 0)
    worker.measure('hone_quarantined_chunks', quarantined.length, { profile: options.profile });
  if (questions.length === 0 && stoppedAtBudget) {
    throw new Fault(
      'config',
      `The budget of $${options.budget} ended the asking before there was a question.`,
      'Raise questions.budget; `hone estimate` says what all questions would cost.',
    );
  }
  return {
    questions: await putJsonLines(store, questions),
    count: questions.length,
    replayed: bill.replayed,
    spending: { ...bill.spending, seconds },
    paidBy: run,
    quarantined: quarantined.slice(0, MAX_LISTED).map(briefly),
    quarantinedCount: quarantined.length,
    ...(quarantined.length > 0 && { quarantine: await putJsonLines(store, quarantined) }),
    ...(stoppedAtBudget && { stoppedAtBudget, notAsked }),
  };
}

/** Adds the summary line and the cost of the step. */
export function withSummary(outcome: Omit<StepResult<QuestionsResult>, 'summary'>): StepResult<QuestionsResult> {
  const { cost } = outcome.output.spending;
  return { ...outcome, summary: describe(outcome.output), ...(cost === undefined ? {} : { cost }) };
}

function describe(result: QuestionsResult): string {
  const { count, replayed, quarantinedCount, stoppedAtBudget, notAsked = 0 } = result;
  const { answers, batchApiAnswers, countedAnswers = 0, cost } = result.spending;
  const parts = [counted(count, 'question')];
  if (replayed > 0) parts.push(`${counted(replayed, 'recorded answer')} replayed`);
  if (replayed + answers > 0) {
    const inBatches = batchApiAnswers > 0 ? `, ${batchApiAnswers.toLocaleString('en')} of them in batches` : '';
    parts.push(`${answers.toLocaleString('en')} asked${inBatches}`);
  }
  if (cost !== undefined || answers === 0) parts.push(`$${(cost ?? 0).toFixed(2)}`);
  if (countedAnswers > 0) parts.push('tokens counted by Hone, as the endpoint states none');
  if (quarantinedCount > 0) parts.push(`${counted(quarantinedCount, 'chunk')} left without`);
  if (stoppedAtBudget) parts.push(`stopped at the budget, ${counted(notAsked, 'chunk')} not asked about`);
  return parts.join(', ');
}
