import { afterEach, expect, it } from 'vitest';
import type { Measure } from '../../core/contracts/metrics.ts';
import { Profile } from '../../core/contracts/profile.ts';
import { type ProviderOptions, type RunningProvider, startProvider } from '../../tests/provider/start-provider.ts';
import { openProfile } from './profiles.ts';

const KEY = 'sk-canary-5521';
const recordSpan = () => {};
const ASK = { model: 'gpt-4o-mini', messages: [{ role: 'user' as const, content: 'canary-text-5522' }] };

let server: RunningProvider;
afterEach(() => server.close());

/** A profile of a provider, and the sums of what its requests measure: name and labels -> sum. */
async function measured(options: ProviderOptions = {}, prices = {}) {
  server = await startProvider(options);
  const sums: Record<string, number> = {};
  const measure: Measure = (name, value, ...[labels]) => {
    const series = [name, ...Object.values(labels ?? {})].join(' ');
    sums[series] = (sums[series] ?? 0) + value;
  };
  const house = Profile.parse({ apiKey: KEY, baseURL: server.url, prices });
  return { provider: openProfile({ profiles: { house }, measure, recordSpan, graceSeconds: 1 }, 'house'), sums };
}

it('counts requests, tokens and dollars of answers by profile and model, and names no text and no key', async () => {
  const { provider, sums } = await measured({}, { 'gpt-4o-mini': { prompt: 1e6, completion: 2e6 } });
  const { usage } = await provider.chat(ASK);
  expect(sums).toMatchObject({
    'hone_llm_requests house gpt-4o-mini chat answered': 1,
    'hone_llm_tokens house gpt-4o-mini input': usage.promptTokens,
    'hone_llm_tokens house gpt-4o-mini output': usage.completionTokens,
    'hone_llm_dollars house gpt-4o-mini': usage.promptTokens + 2 * usage.completionTokens,
    'hone_llm_seconds house gpt-4o-mini chat': expect.any(Number),
  });
  expect(JSON.stringify(sums)).not.toMatch(/canary/);
});

it('counts embedded texts, without dollars where no price is known', async () => {
  const { provider, sums } = await measured({ dimension: 8 });
  const embedder = await provider.embedder('text-embedding-3-small');
  await embedder.embed(['canary-text-5523']);
  expect(sums['hone_llm_requests house text-embedding-3-small embeddings answered']).toBe(2);
  expect(sums['hone_llm_tokens house text-embedding-3-small input']).toBeGreaterThan(1);
  expect(Object.keys(sums).join()).not.toMatch(/dollars|canary/);
});

it.each([
  [429, 'limited', 1],
  [503, 'failed', 1],
  [400, 'refused', 0],
])('counts a request that ended with status %s as %s', async (status, outcome, answered) => {
  const { provider, sums } = await measured({
    inject: ({ index }) => (index === 0 ? { do: 'status', status, headers: { 'retry-after-ms': '1' } } : undefined),
  });
  await provider.chat(ASK).catch(() => {});
  expect(sums[`hone_llm_requests house gpt-4o-mini chat ${outcome}`]).toBe(1);
  expect(sums['hone_llm_requests house gpt-4o-mini chat answered'] ?? 0).toBe(answered);
});
