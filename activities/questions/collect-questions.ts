import { doStep } from '../../core/artifacts/step.ts';
import type { AskedSoFar } from '../../core/contracts/asking.ts';
import { type QuestionsInput, QuestionsResult } from '../../core/contracts/questions.ts';
import type { StepResult } from '../../core/contracts/step-result.ts';
import type { StepContext } from '../runtime/context.ts';
import { gather, questionsStep, readRecording, told } from './questions-step.ts';

/** Makes questions of the answers that a run has bought and found, and closes the step. */
export async function collectQuestions(
  context: StepContext,
  { asked, ...input }: QuestionsInput & { asked: AskedSoFar },
): Promise<StepResult<QuestionsResult>> {
  const step = questionsStep(input, await readRecording(context, input.options), asked.stoppedAtBudget);
  const work = () => gather(context, input, asked);
  return told(await doStep(context.store, step, QuestionsResult, work, asked.spending.seconds));
}
