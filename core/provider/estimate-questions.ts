import { BATCH_API_PRICE_SHARE } from '../contracts/batch-api.ts';
import type { Bounds, QuestionsEstimate, QuestionsNeed } from '../contracts/estimate.ts';
import type { Profile } from '../contracts/profile.ts';
import type { Spending } from '../contracts/spending.ts';
import type { TokenCounter } from './count-tokens.ts';
import { timeUnderLimits } from './time-under-limits.ts';
import { costOf } from './usage.ts';

/** Speed of small hosted models, where no pilot measured it. */
const ASSUMED = { firstTokenSeconds: 1, tokensPerSecond: 60 };

export interface HowToAsk {
  profileName: string;
  /** Undefined: the worker has no such profile. */
  profile: Profile | undefined;
  model: string;
  counter: Pick<TokenCounter, 'encoding' | 'exact'>;
  /** Whether the Batch API is used. */
  batched: boolean;
  pilot?: { spending: Spending; secondsPerRequest?: number | undefined } | undefined;
}

/** Price and time of the answers that the ledger lacks, by a profile's prices and limits. */
export function estimateQuestions(
  need: QuestionsNeed,
  { profileName, profile, model, counter, batched, pilot }: HowToAsk,
): QuestionsEstimate {
  const prompt = billedPromptTokens(need);
  const completion = mapBounds(need.answerTokens, (tokens) => Math.round(need.requests * tokens));
  const share = batched ? BATCH_API_PRICE_SHARE : 1;
  const price = profile && estimatePrice(profile.prices[model], prompt, completion, share);
  return {
    ...need,
    profile: profileName,
    model,
    encoding: counter.encoding,
    exact: counter.exact,
    completionTokens: completion,
    batched,
    price,
    time: profile && estimateTime(need, profile, prompt + completion.likely, pilot?.secondsPerRequest),
    pilot: pilot && { asked: pilot.spending.answers, cost: pilot.spending.cost },
  };
}

/**
 * As the endpoint bills: it may count more than we do (a schema, its own tokenizer), as its answers about this corpus
 * show.
 */
export function billedPromptTokens({ promptTokens, billedPerCounted }: QuestionsNeed): number {
  return Math.round(promptTokens * (billedPerCounted?.ratio ?? 1));
}

function estimatePrice(
  price: Profile['prices'][string] | undefined,
  promptTokens: number,
  completion: Bounds,
  share: number,
): Bounds | undefined {
  if (!price) return undefined;
  return mapBounds(completion, (completionTokens) => costOf({ promptTokens, completionTokens }, price, share) ?? 0);
}

function estimateTime(
  { requests, answerTokens }: QuestionsNeed,
  { requestsPerMinute, tokensPerMinute, concurrency }: Profile,
  tokens: number,
  measured: number | undefined,
): NonNullable<QuestionsEstimate['time']> {
  const secondsPerRequest = measured ?? ASSUMED.firstTokenSeconds + answerTokens.likely / ASSUMED.tokensPerSecond;
  const limits = { concurrency, requestsPerMinute, tokensPerMinute };
  return {
    ...timeUnderLimits({ requests, tokens, secondsPerRequest }, limits),
    secondsPerRequest,
    measured: measured !== undefined,
    ...limits,
  };
}

function mapBounds({ low, likely, high }: Bounds, map: (value: number) => number): Bounds {
  return { low: map(low), likely: map(likely), high: map(high) };
}
