import type { Estimate, QuestionsEstimate } from '../../core/contracts/estimate.ts';
import type { RunInput } from '../../core/contracts/run-input.ts';
import { dollars, quantity } from './format.ts';

/**
 * Remarks on an estimate: what is uncertain or unknown, and what to do about it.
 * @param pilot Whether a pilot of training was requested.
 */
export function estimateRemarks({ questions, training }: Estimate, input: RunInput, pilot: boolean): string[] {
  const { compareWith } = input.evaluation;
  return [
    ...(questions ? [...paidRemarks(questions), ...questionsRemarks(questions, input)] : []),
    ...(pilot && !training.pilot
      ? ['The worker that trains was busy, so training was not measured. Estimate again when it is idle.']
      : []),
    ...(compareWith.length > 0 ? [`The price does not include embedding with ${compareWith.join(', ')}.`] : []),
  ];
}

function paidRemarks({ pilot }: QuestionsEstimate): string[] {
  if (!pilot) return [];
  const cost = pilot.cost === undefined ? '' : `, for ${dollars(pilot.cost)}`;
  return [`${quantity(pilot.asked)} questions were asked for this estimate${cost}; the run does not ask them again.`];
}

function questionsRemarks(estimate: QuestionsEstimate, input: RunInput): string[] {
  if (estimate.requests === 0) return [];
  return [
    ...budgetRemarks(estimate, input.questions.budget),
    ...profileRemarks(estimate, input.questions.budget),
    ...tokenCountRemarks(estimate),
    ...(estimate.batched && input.questions.mode === 'auto'
      ? ['If the endpoint has no Batch API, questions are asked one by one, at twice the price.']
      : []),
    ...(estimate.answersSeen === 0
      ? ['With --pilot-questions 20, the estimate asks 20 questions and measures their answers instead of assuming.']
      : []),
  ];
}

function budgetRemarks({ price }: QuestionsEstimate, budget: number | undefined): string[] {
  if (budget === undefined || !price || price.high <= budget) return [];
  return [
    price.low > budget
      ? `The budget of ${dollars(budget)} will be used up; the run then continues with the questions it has.`
      : `The budget of ${dollars(budget)} may be used up: the price may reach ${dollars(price.high)}.`,
  ];
}

function profileRemarks(
  { profile, model, price, time, batched }: QuestionsEstimate,
  budget: number | undefined,
): string[] {
  if (!time) {
    return [
      `The worker has no profile "${profile}", so price and time are unknown. ` +
        (profile === 'default'
          ? 'Set OPENAI_API_KEY, or OPENAI_BASE_URL for a local server.'
          : 'Add it under profiles in worker.yaml.'),
    ];
  }
  const remarks: string[] = [];
  if (!price) {
    remarks.push(
      `${budget === undefined ? 'The price of the model is unknown' : 'A budget needs the price of the model'}. Set it in worker.yaml, in US dollars per million tokens: profiles: { ${profile}: { prices: { ${model}: { prompt: …, completion: … } } } }`,
    );
  }
  if (!batched && !time.requestsPerMinute && !time.tokensPerMinute) {
    remarks.push(`The profile "${profile}" has no rate limits; with those of the endpoint, asking may take longer.`);
  }
  return remarks;
}

function tokenCountRemarks({ billedPerCounted, exact, model, encoding }: QuestionsEstimate): string[] {
  if (!billedPerCounted) {
    return [
      exact
        ? 'The JSON schema of the answers is not counted; OpenAI bills it with every prompt (about 40 tokens).'
        : `${model} has another tokenizer, whose counts may differ from those of ${encoding} by about 10 %.`,
    ];
  }
  const { ratio, answers } = billedPerCounted;
  if (Math.abs(ratio - 1) < 0.005) return [];
  return [
    `Over ${quantity(answers)} answers, the endpoint billed ${ratio.toFixed(2)} times the prompt tokens counted here; price and time include this factor.`,
  ];
}
