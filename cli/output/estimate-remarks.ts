import type { Estimate, QuestionsEstimate } from '../../core/contracts/estimate.ts';
import type { RunInput } from '../../core/contracts/run-input.ts';
import { dollars, quantity } from './format.ts';

/** What an estimate does not know or a person should know beside its figures, each with what to do about it. */
export function estimateRemarks({ questions, training }: Estimate, input: RunInput, pilot: boolean): string[] {
  const { compareWith } = input.evaluation;
  return [
    ...(questions ? [...paid(questions), ...unknown(questions, input)] : []),
    ...(pilot && !training.pilot
      ? ['What trains was busy, so its first steps could not be tried: estimate again when it is not.']
      : []),
    ...(compareWith.length > 0 ? [`Embedding by ${compareWith.join(', ')} is billed too, and not counted here.`] : []),
  ];
}

function paid({ pilot }: QuestionsEstimate): string[] {
  if (!pilot) return [];
  const cost = pilot.cost === undefined ? '' : `, for ${dollars(pilot.cost)}`;
  return [`${quantity(pilot.asked)} questions were asked to know this${cost}; the run will not ask them again.`];
}

function unknown(estimate: QuestionsEstimate, input: RunInput): string[] {
  if (estimate.requests === 0) return [];
  return [
    ...overBudget(estimate, input.questions.budget),
    ...ofTheProfile(estimate, input.questions.budget),
    ...ofTheCount(estimate),
    ...(estimate.batched && input.questions.mode === 'auto'
      ? ['That is so if the endpoint has a Batch API; else questions are asked one by one, at twice the price.']
      : []),
    ...(estimate.answersSeen === 0
      ? ['--pilot-questions 20 asks 20 of them now, and measures answers instead of assuming.']
      : []),
  ];
}

function overBudget({ price }: QuestionsEstimate, budget: number | undefined): string[] {
  if (budget === undefined || !price || price.high <= budget) return [];
  return [
    price.low > budget
      ? `The budget of ${dollars(budget)} will be used up: the run goes on with the questions it has bought by then.`
      : `The budget of ${dollars(budget)} may be used up, as the price may reach ${dollars(price.high)}.`,
  ];
}

function ofTheProfile(
  { profile, model, price, time, batched }: QuestionsEstimate,
  budget: number | undefined,
): string[] {
  if (!time) {
    return [
      `The worker has no profile "${profile}", so price and time are not known: ` +
        (profile === 'default'
          ? 'set OPENAI_API_KEY, or OPENAI_BASE_URL for a local server.'
          : 'add it under profiles in worker.yaml.'),
    ];
  }
  const remarks: string[] = [];
  if (!price) {
    remarks.push(
      `${budget === undefined ? 'For a price, name it' : 'A budget needs a price: name it'} in worker.yaml, in dollars per million tokens: profiles: { ${profile}: { prices: { ${model}: { prompt: …, completion: … } } } }.`,
    );
  }
  if (!batched && !time.requestsPerMinute && !time.tokensPerMinute) {
    remarks.push(`The profile "${profile}" names no limits; with those of the endpoint, asking may take longer.`);
  }
  return remarks;
}

function ofTheCount({ billedPerCounted, exact, model, encoding }: QuestionsEstimate): string[] {
  if (!billedPerCounted) {
    return [
      exact
        ? 'The answers’ schema, which OpenAI bills with every prompt (some 40 tokens), is not counted.'
        : `${model} has a tokenizer of its own, which may count some 10 % more or less than ${encoding}.`,
    ];
  }
  const { ratio, answers } = billedPerCounted;
  if (Math.abs(ratio - 1) < 0.005) return [];
  return [
    `The endpoint has billed ${ratio.toFixed(2)} times the prompt tokens counted here, over ${quantity(answers)} answers; price and time reckon with that.`,
  ];
}
