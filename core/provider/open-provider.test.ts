import { expect, test } from 'vitest';
import type { Injected } from '../../tests/provider/injected.ts';
import type { Incoming, ProviderOptions } from '../../tests/provider/start-provider.ts';
import type { Profile } from '../contracts/profile.ts';
import { RequestRefused } from '../contracts/provider.ts';
import { ASK, faultOf, KEY, serve } from './serve.fixture.ts';

/** Injects this into the first `times` requests. */
const first = (times: number, injected: Injected) => (request: Incoming) =>
  request.index < times ? injected : undefined;

test('a reply is the raw answer with its usage, and with its cost where the profile names a price', async () => {
  const { provider, stats } = await serve(
    {},
    { prices: { 'gpt-4o-mini': { prompt: 1_000_000, completion: 2_000_000 } } },
  );
  const { body, usage, cost } = await provider.chat(ASK);
  expect(body).toMatchObject({ object: 'chat.completion', usage: { prompt_tokens: stats.promptTokens } });
  expect(usage).toEqual({ promptTokens: stats.promptTokens, completionTokens: stats.completionTokens });
  expect(cost).toBeCloseTo(stats.promptTokens + 2 * stats.completionTokens);
});

test('without a price the cost is absent, not zero', async () => {
  const { provider } = await serve();
  expect((await provider.chat(ASK)).cost).toBeUndefined();
});

test.each<[string, Injected]>([
  ['429', { do: 'status', status: 429 }],
  ['408', { do: 'status', status: 408 }],
  ['409', { do: 'status', status: 409 }],
  ['500', { do: 'status', status: 500 }],
  ['503 with a page', { do: 'status', status: 503, body: '<html>Service Unavailable</html>' }],
  ['a reset', { do: 'reset' }],
  ['a truncated body', { do: 'truncate' }],
  ['something that is not JSON', { do: 'garbage' }],
  ['JSON without choices', { do: 'garbage', text: '{"object":"chat.completion"}' }],
  ['null', { do: 'garbage', text: 'null' }],
  ['an upstream’s error inside a 200', { do: 'garbage', text: '{"error":{"message":"upstream is down","code":502}}' }],
])('after %s the request is retried', async (_what, injected) => {
  const { provider, stats } = await serve({ inject: first(2, injected) });
  expect(await provider.chat(ASK)).toHaveProperty('body.choices');
  expect(stats.requests).toBe(3);
});

test('a request that times out is retried', async () => {
  const { provider, stats } = await serve({ inject: first(1, { do: 'hang' }) }, {}, { timeoutMs: 150 });
  expect(await provider.chat(ASK)).toHaveProperty('body.choices');
  expect(stats.requests).toBe(2);
});

test('after a retry-after, no request of the process is sent before that time', async () => {
  const arrivals: number[] = [];
  const { provider } = await serve({
    inject: ({ index }) => {
      arrivals.push(performance.now());
      return index === 0 ? { do: 'status', status: 429, headers: { 'retry-after-ms': '300' } } : undefined;
    },
  });
  const one = provider.chat(ASK);
  await expect.poll(() => arrivals.length).toBe(1);
  await new Promise((resolve) => setTimeout(resolve, 50));
  await Promise.all([one, provider.chat(ASK)]);
  expect(arrivals).toHaveLength(3);
  const [first, second, third] = arrivals as [number, number, number];
  expect(second - first).toBeGreaterThan(290);
  expect(third - first).toBeGreaterThan(290);
});

test('a wait longer than the patience is an error with its length, after one request', async () => {
  const { provider, stats } = await serve({
    inject: () => ({ do: 'status', status: 429, headers: { 'retry-after': '120' } }),
  });
  const fault = await faultOf(provider.chat(ASK));
  expect(fault).toMatchObject({ kind: 'unavailable', retryable: true, retryAfterMs: 120_000 });
  const next = await faultOf(provider.chat(ASK));
  expect(next.retryAfterMs).toBeGreaterThan(110_000);
  expect(stats.requests).toBe(1);
});

test('retries end with an error that Temporal retries', async () => {
  const { provider, stats } = await serve({ inject: () => ({ do: 'status', status: 500 }) });
  expect(await faultOf(provider.chat(ASK))).toMatchObject({ kind: 'unavailable', retryAfterMs: undefined });
  expect(stats.requests).toBe(5);
});

test('an endpoint that cannot be reached is unavailable, and the error names it', async () => {
  const { provider, close, url } = await serve();
  await close();
  const fault = await faultOf(provider.chat(ASK));
  expect(fault.kind).toBe('unavailable');
  expect(fault.message).toContain(new URL(url).host);
  expect(fault.message).toContain('ECONNREFUSED');
});

test('known limits are kept without a single rejection', async () => {
  const { provider, stats } = await serve(
    { requestsPerMinute: 4, windowMs: 60_000 },
    { requestsPerMinute: 4, concurrency: 4 },
  );
  await Promise.all(Array.from({ length: 4 }, () => provider.chat(ASK)));
  const stop = new AbortController();
  const fifth = provider.chat(ASK, stop.signal);
  await new Promise((resolve) => setTimeout(resolve, 50));
  stop.abort(new Error('enough'));
  await expect(fifth).rejects.toThrow('enough');
  expect(stats).toMatchObject({ requests: 4, throttled: 0 });
});

test('a failed attempt returns the reason, the wait and the rate-limit headers', async () => {
  const { provider, stats } = await serve({
    requestsPerMinute: 100,
    inject: first(1, {
      do: 'status',
      status: 429,
      headers: { 'retry-after': '360', 'x-ratelimit-limit-requests': '100', 'x-ratelimit-remaining-requests': '0' },
    }),
  });
  expect(await provider.attempt(ASK, { admit: async () => true })).toEqual({
    failure: { what: 'answered 429', said: 'Rate limit reached for requests.', rateLimited: true, waitMs: 360_000 },
    headers: { requests: { limit: 100, remaining: 0 }, tokens: {} },
  });
  expect(stats.requests).toBe(1);
  // Further attempts of this process are not sent before that time.
  expect(await provider.attempt(ASK, { admit: async () => true })).toEqual({ unsent: true });
  expect(stats.requests).toBe(1);
});

test('an attempt is sent only once a slot is free and `admit` agrees', async () => {
  const { provider, stats } = await serve({ latencyMs: 50 }, { concurrency: 1 });
  const inFlight: number[] = [];
  const admit = async () => inFlight.push(stats.inFlight) > 0;
  const outcomes = await Promise.all([
    provider.attempt(ASK, { admit }),
    provider.attempt(ASK, { admit }),
    provider.attempt(ASK, { admit: async () => false }),
  ]);
  expect(inFlight).toEqual([0, 0]);
  expect(outcomes[2]).toEqual({ unsent: true });
  expect(stats.requests).toBe(2);
});

test.each<[string, ProviderOptions, Partial<Profile>, string, RegExp]>([
  ['a wrong key', { apiKey: 'another' }, {}, 'credentials', /refused the key/],
  ['an unknown model', { models: ['other'] }, {}, 'config', /has no model "gpt-4o-mini"/],
  [
    'an empty account',
    { inject: () => ({ do: 'status', status: 429, body: { error: { code: 'insufficient_quota' } } }) },
    {},
    'credentials',
    /no credit/,
  ],
  [
    'a model that Ollama lacks',
    {
      inject: () => ({
        do: 'status',
        status: 404,
        body: { error: { message: 'model "gpt-4o-mini" not found, try pulling it first' } },
      }),
    },
    {},
    'config',
    /has no model/,
  ],
  [
    'an address that is no endpoint',
    { inject: () => ({ do: 'status', status: 404, body: '404 page not found' }) },
    {},
    'config',
    /does not speak OpenAI/,
  ],
])('%s ends the run at once with advice', async (_what, options, profile, kind, message) => {
  const { provider, stats } = await serve(options, profile);
  const fault = await faultOf(provider.chat(ASK));
  expect(fault).toMatchObject({ kind, retryable: false });
  expect(fault.message).toMatch(message);
  expect(fault.advice).toMatch(/\.$/);
  expect(stats.requests).toBe(1);
});

test.each<[string, ProviderOptions, string]>([
  ['too long', { contextTokens: 3 }, 'context-length'],
  ['filtered', { filteredWord: 'Pumps' }, 'content-filter'],
  [
    'too long for vLLM',
    {
      inject: () => ({
        do: 'status',
        status: 400,
        body: { object: 'error', message: "This model's maximum context length is 4096 tokens." },
      }),
    },
    'context-length',
  ],
  [
    'rejected for another reason',
    { inject: () => ({ do: 'status', status: 422, body: { detail: 'no' } }) },
    'rejected',
  ],
])('a request that is %s is refused and not retried', async (_what, options, reason) => {
  const { provider, stats } = await serve(options);
  const fault = await faultOf(provider.chat(ASK));
  expect(fault).toBeInstanceOf(RequestRefused);
  expect(fault).toMatchObject({ reason });
  expect(stats.requests).toBe(1);
});

test('structured output is requested until the endpoint refuses it', async () => {
  const schema = { name: 'questions', schema: { type: 'object' } };
  const seen: boolean[] = [];
  const { provider } = await serve({ structured: false, inject: ({ structured }) => void seen.push(structured) });
  await provider.chat({ ...ASK, schema });
  await provider.chat({ ...ASK, schema });
  expect(seen).toEqual([true, false, false]);
});

test('a key that a hostile server echoes appears in no message, detail, cause or answer', async () => {
  const forms = [KEY, encodeURIComponent(KEY), Buffer.from(KEY).toString('base64'), Buffer.from(KEY).toString('hex')];
  const echo = `you sent Bearer ${forms.join(' and ')}`;
  for (const status of [400, 401, 403, 404, 413, 422, 429, 500]) {
    const { provider } = await serve({
      inject: () => ({
        do: 'status',
        status,
        headers: { 'x-echo': KEY },
        body: { error: { message: `model ${echo}`, code: KEY, type: KEY } },
      }),
    });
    const fault = await faultOf(provider.chat(ASK));
    const everything = [fault.message, fault.advice, fault.stack, String(fault.cause), ...fault.details].join('\n');
    for (const form of forms) expect(everything).not.toContain(form);
    expect(fault.cause).toBeUndefined();
  }
  const { provider } = await serve({ inject: () => ({ do: 'say', text: echo }) });
  const answered = JSON.stringify(await provider.chat(ASK));
  for (const form of forms) expect(answered).not.toContain(form);
});

test('after an abort a sent request may complete, a waiting one does not', async () => {
  const { provider, stats } = await serve({ latencyMs: 100 }, { concurrency: 1 });
  const stop = new AbortController();
  const out = provider.chat(ASK, stop.signal);
  const waiting = provider.chat(ASK, stop.signal);
  await expect.poll(() => stats.inFlight).toBe(1);
  stop.abort(new Error('stopped'));
  await expect(waiting).rejects.toThrow('stopped');
  expect(await out).toHaveProperty('body.choices');
  expect(stats.requests).toBe(1);
});

test('a request that hangs after an abort is given up after the grace period', async () => {
  const { provider, stats } = await serve({ inject: () => ({ do: 'hang' }) }, {}, { graceMs: 50 });
  const stop = new AbortController();
  const out = provider.chat(ASK, stop.signal);
  await expect.poll(() => stats.requests).toBe(1);
  stop.abort(new Error('stopped'));
  await expect(out).rejects.toThrow('stopped');
});

test('environment variables do not redirect a profile’s key', async () => {
  const { provider, stats } = await serve();
  process.env.OPENAI_BASE_URL = 'http://127.0.0.1:1/v1';
  process.env.OPENAI_API_KEY = 'another';
  try {
    await provider.chat(ASK);
  } finally {
    delete process.env.OPENAI_BASE_URL;
    delete process.env.OPENAI_API_KEY;
  }
  expect(stats.chats).toBe(1);
});
