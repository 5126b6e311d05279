import type { StepIdentity } from '../../core/artifacts/step.ts';
import type { AskedSoFar } from '../../core/contracts/asking.ts';
import { Chunk } from '../../core/contracts/corpus.ts';
import { Fault } from '../../core/contracts/fault.ts';
import { MAX_LISTED } from '../../core/contracts/quarantine.ts';
import type { QuestionsInput, QuestionsResult } from '../../core/contracts/questions.ts';
import type { StepResult } from '../../core/contracts/step-result.ts';
import { sha256 } from '../../core/primitives/hash.ts';
import { collectQuestions } from '../../core/questions/collect-questions.ts';
import { putJsonLines, readJsonLines } from '../runtime/artifacts.ts';
import type { StepContext } from '../runtime/context.ts';
import { counted } from '../runtime/count-noun.ts';
import { readNamedFile } from '../runtime/locations.ts';

/** The recorded answers that a run brings along. */
export async function readRecording(context: StepContext, { ledger }: QuestionsInput['options']) {
  return ledger ? readNamedFile(context, ledger, 'questions.ledger') : undefined;
}

/**
 * The question step as it is known to later runs: whole, or ended by the budget. What a budget ended is another step for
 * another budget, which may get further; what is whole is the same whatever it might have cost.
 */
export function questionsStep(
  { chunks, options }: QuestionsInput,
  recording?: Uint8Array,
  stoppedAtBudget = false,
): StepIdentity {
  // How answers come says nothing of what they are.
  const { ledger: _, maxFailedShare: __, mode: ___, batchFrom: ____, roundTrip: _____, budget, ...worded } = options;
  return {
    name: 'ask',
    // What questions an answer holds is decided anew with every version; the answers themselves stay paid for.
    version: 1,
    inputs: { chunks: chunks.sha256, ...(recording ? { recording: sha256(recording) } : {}) },
    options: stoppedAtBudget ? { ...worded, budget } : worded,
  };
}

/** Puts together what the ledger holds by now. */
export async function gather(
  { store, signal, progress }: StepContext,
  { chunks, options }: QuestionsInput,
  { spending, replayed, refused, stoppedAtBudget }: AskedSoFar,
): Promise<QuestionsResult> {
  const all = await readJsonLines(store, chunks, Chunk);
  const collecting = { store, refused, signal, onProgress: progress };
  const { questions, quarantined, notAsked } = await collectQuestions(all, options, collecting);
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
    replayed,
    spending,
    quarantined: quarantined.slice(0, MAX_LISTED),
    quarantinedCount: quarantined.length + (stoppedAtBudget ? 0 : notAsked),
    ...(quarantined.length > 0 && { quarantine: await putJsonLines(store, quarantined) }),
    ...(stoppedAtBudget && { stoppedAtBudget, notAsked }),
  };
}

/** With one line for people. */
export function told(outcome: Omit<StepResult<QuestionsResult>, 'summary'>): StepResult<QuestionsResult> {
  const { cost } = outcome.output.spending;
  return { ...outcome, summary: describe(outcome.output), ...(cost === undefined ? {} : { cost }) };
}

function describe(result: QuestionsResult): string {
  const { count, replayed, quarantinedCount, stoppedAtBudget, notAsked = 0 } = result;
  const { answers, batchApiAnswers, cost } = result.spending;
  const parts = [counted(count, 'question')];
  if (replayed > 0) parts.push(`${counted(replayed, 'recorded answer')} replayed`);
  if (replayed + answers > 0) {
    const batched = batchApiAnswers > 0 ? `, ${batchApiAnswers.toLocaleString('en')} of them in batches` : '';
    parts.push(`${answers.toLocaleString('en')} asked${batched}`);
  }
  if (cost !== undefined || answers === 0) parts.push(`$${(cost ?? 0).toFixed(2)}`);
  if (quarantinedCount > 0) parts.push(`${counted(quarantinedCount, 'chunk')} left without`);
  if (stoppedAtBudget) parts.push(`stopped at the budget, ${counted(notAsked, 'chunk')} not asked about`);
  return parts.join(', ');
}
