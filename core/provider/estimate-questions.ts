import { BATCH_API_PRICE_SHARE } from '../contracts/batch-api.ts';
import type { Bounds, QuestionsEstimate, QuestionsNeed } from '../contracts/estimate.ts';
import type { Profile } from '../contracts/profile.ts';
import type { TokenMeter } from './count-tokens.ts';
import { timeUnderLimits } from './time-under-limits.ts';
import { costOf } from './usage.ts';

/** What hosted models of the small kind do; a pilot knows better. */
const ASSUMED = { firstTokenSeconds: 1, tokensPerSecond: 60 };

export interface Asking {
  profileName: string;
  /** Absent: the worker has none of that name. */
  profile: Profile | undefined;
  model: string;
  meter: Pick<TokenMeter, 'encoding' | 'exact'>;
  /** Whether the Batch API is used. */
  batched: boolean;
  /** What pilot questions came to. */
  pilot?: { asked: number; cost?: number; secondsPerRequest?: number } | undefined;
}

/** Price and time of what the ledger lacks, by a profile's prices and limits. */
export function estimateQuestions(
  need: QuestionsNeed,
  { profileName, profile, model, meter, batched, pilot }: Asking,
): QuestionsEstimate {
  const prompt = billedPromptTokens(need);
  const completion = each(need.answerTokens, (tokens) => Math.round(need.requests * tokens));
  const price = profile && priced(profile.prices[model], prompt, completion, batched ? BATCH_API_PRICE_SHARE : 1);
  return {
    ...need,
    profile: profileName,
    model,
    encoding: meter.encoding,
    exact: meter.exact,
    completionTokens: completion,
    batched,
    ...(price && { price }),
    ...(profile && { time: timed(need, profile, prompt + completion.likely, pilot?.secondsPerRequest) }),
    ...(pilot && {
      pilot: { asked: pilot.asked, ...(pilot.cost !== undefined && { cost: pilot.cost }) },
    }),
  };
}

/** As the endpoint bills: where it has counted more than we do in answers to this corpus (a schema, a tokenizer of its own), it will again. */
export function billedPromptTokens({ promptTokens, billedPerCounted }: QuestionsNeed): number {
  return Math.round(promptTokens * (billedPerCounted?.ratio ?? 1));
}

function priced(
  price: Profile['prices'][string] | undefined,
  promptTokens: number,
  completion: Bounds,
  share: number,
): Bounds | undefined {
  return (
    price && each(completion, (completionTokens) => share * (costOf({ promptTokens, completionTokens }, price) ?? 0))
  );
}

function timed(
  { requests, answerTokens }: QuestionsNeed,
  { requestsPerMinute, tokensPerMinute, concurrency }: Profile,
  tokens: number,
  measured: number | undefined,
): NonNullable<QuestionsEstimate['time']> {
  const secondsPerRequest = measured ?? ASSUMED.firstTokenSeconds + answerTokens.likely / ASSUMED.tokensPerSecond;
  const limits = {
    concurrency,
    ...(requestsPerMinute !== undefined && { requestsPerMinute }),
    ...(tokensPerMinute !== undefined && { tokensPerMinute }),
  };
  return {
    ...timeUnderLimits({ requests, tokens, secondsPerRequest }, limits),
    secondsPerRequest,
    measured: measured !== undefined,
    ...limits,
  };
}

function each({ low, likely, high }: Bounds, of: (value: number) => number): Bounds {
  return { low: of(low), likely: of(likely), high: of(high) };
}
