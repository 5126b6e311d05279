import { expect, it } from 'vitest';
import type { QuestionsNeed } from '../contracts/estimate.ts';
import { Profile } from '../contracts/profile.ts';
import { NO_SPENDING } from '../contracts/spending.ts';
import { estimateQuestions } from './estimate-questions.ts';

const NEED: QuestionsNeed = {
  answered: 200,
  requests: 1000,
  promptTokens: 400_000,
  answerTokens: { low: 30, likely: 40, high: 60 },
  answersSeen: 0,
};
const profile = Profile.parse({
  apiKey: 'sk-test',
  requestsPerMinute: 500,
  tokensPerMinute: 20_000,
  prices: { 'gpt-4o-mini': { prompt: 0.15, completion: 0.6 } },
});
const how = {
  profileName: 'default',
  profile,
  model: 'gpt-4o-mini',
  counter: { encoding: 'o200k_base', exact: true },
  batched: false,
} as const;

it('prices prompts as counted and answers within their bounds', () => {
  const { completionTokens, price } = estimateQuestions(NEED, how);
  expect(completionTokens).toEqual({ low: 30_000, likely: 40_000, high: 60_000 });
  expect(price?.low).toBeCloseTo(0.06 + 0.018);
  expect(price?.likely).toBeCloseTo(0.06 + 0.024);
  expect(price?.high).toBeCloseTo(0.06 + 0.036);
});

it('halves the price where the Batch API is used', () => {
  const { price } = estimateQuestions(NEED, { ...how, batched: true });
  expect(price?.likely).toBeCloseTo((0.06 + 0.024) / 2);
});

it('estimates the time by the limit that binds, for prompts and answers', () => {
  expect(estimateQuestions(NEED, how).time).toMatchObject({ seconds: (60 * 440_000) / 20_000, binds: 'tokens' });
  const { tokensPerMinute: _, ...plenty } = profile;
  const measured = {
    ...how,
    profile: plenty,
    pilot: { spending: { ...NO_SPENDING, answers: 20 }, secondsPerRequest: 3 },
  };
  expect(estimateQuestions(NEED, measured).time).toMatchObject({ seconds: 375, binds: 'concurrency', measured: true });
});

it('scales prompts by what the endpoint billed for each token counted', () => {
  const seen = { ...NEED, billedPerCounted: { ratio: 1.25, answers: 50 } };
  const { price, time, promptTokens } = estimateQuestions(seen, how);
  expect(promptTokens).toBe(400_000);
  expect(price?.likely).toBeCloseTo(0.075 + 0.024);
  expect(time?.seconds).toBe((60 * 540_000) / 20_000);
});

it('has no price where the profile names none, and no time without a profile', () => {
  expect(estimateQuestions(NEED, { ...how, model: 'gpt-4o' }).price).toBeUndefined();
  const unknown = estimateQuestions(NEED, { ...how, profile: undefined });
  expect(unknown.price).toBeUndefined();
  expect(unknown.time).toBeUndefined();
});

it('costs nothing and takes no time where everything is answered', () => {
  const { price, time } = estimateQuestions({ ...NEED, requests: 0, promptTokens: 0 }, how);
  expect(price).toEqual({ low: 0, likely: 0, high: 0 });
  expect(time?.seconds).toBe(0);
});
