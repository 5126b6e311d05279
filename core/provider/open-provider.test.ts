import { afterEach, expect, test } from 'vitest';
import type { Injected } from '../../tests/provider/injected.ts';
import {
  type Incoming,
  type ProviderOptions,
  type RunningProvider,
  startProvider,
} from '../../tests/provider/start-provider.ts';
import type { ChatRequest } from '../contracts/chat.ts';
import { Fault } from '../contracts/fault.ts';
import { Profile } from '../contracts/profile.ts';
import { RequestRefused } from '../contracts/provider.ts';
import { openProvider } from './open-provider.ts';

const KEY = 'sk-very-secret-key-0123456789abcdef';
const ASK: ChatRequest = {
  model: 'gpt-4o-mini',
  messages: [{ role: 'user', content: 'Pumps lift water to the upper tank.' }],
};
const QUICK = { firstBackoffMs: 2, patienceMs: 500, graceMs: 500 };

const running: RunningProvider[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map((server) => server.close()));
});

async function serve(options: ProviderOptions = {}, profile: Partial<Profile> = {}, times = {}) {
  const server = await startProvider(options);
  running.push(server);
  const filled = Profile.parse({ apiKey: KEY, baseURL: server.url, ...profile });
  return { ...server, provider: openProvider('default', filled, { ...QUICK, ...times }) };
}

/** Does this to the first `times` requests, and nothing to the others. */
const first = (times: number, injected: Injected) => (request: Incoming) =>
  request.index < times ? injected : undefined;

async function faultOf(work: Promise<unknown>): Promise<Fault> {
  const error = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(Fault);
  return error as Fault;
}

test('an answer comes back raw, with its usage, and a cost where the profile names a price', async () => {
  const { provider, stats } = await serve(
    {},
    { prices: { 'gpt-4o-mini': { prompt: 1_000_000, completion: 2_000_000 } } },
  );
  const { body, usage, cost } = await provider.chat(ASK);
  expect(body).toMatchObject({ object: 'chat.completion', usage: { prompt_tokens: stats.promptTokens } });
  expect(usage).toEqual({ promptTokens: stats.promptTokens, completionTokens: stats.completionTokens });
  expect(cost).toBeCloseTo(stats.promptTokens + 2 * stats.completionTokens);
});

test('without a price there is no cost rather than a cost of nothing', async () => {
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
  ['a body cut in the middle', { do: 'truncate' }],
  ['something that is not JSON', { do: 'garbage' }],
  ['JSON without choices', { do: 'garbage', text: '{"object":"chat.completion"}' }],
  ['null', { do: 'garbage', text: 'null' }],
  ['an upstream’s error inside a 200', { do: 'garbage', text: '{"error":{"message":"upstream is down","code":502}}' }],
])('after %s the question is asked again', async (_what, injected) => {
  const { provider, stats } = await serve({ inject: first(2, injected) });
  expect(await provider.chat(ASK)).toHaveProperty('body.choices');
  expect(stats.requests).toBe(3);
});

test('an answer that does not come in time is asked for again', async () => {
  const { provider, stats } = await serve({ inject: first(1, { do: 'hang' }) }, {}, { timeoutMs: 150 });
  expect(await provider.chat(ASK)).toHaveProperty('body.choices');
  expect(stats.requests).toBe(2);
});

test('retry-after is honoured before anything is sent again, by every request on the key', async () => {
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
  expect((arrivals[1] as number) - (arrivals[0] as number)).toBeGreaterThan(290);
  expect((arrivals[2] as number) - (arrivals[0] as number)).toBeGreaterThan(290);
});

test('a wait too long to sit out is handed on with its length, after one request', async () => {
  const { provider, stats } = await serve({
    inject: () => ({ do: 'status', status: 429, headers: { 'retry-after': '120' } }),
  });
  const fault = await faultOf(provider.chat(ASK));
  expect(fault).toMatchObject({ kind: 'unavailable', retryable: true, retryAfterMs: 120_000 });
  const next = await faultOf(provider.chat(ASK));
  expect(next.retryAfterMs).toBeGreaterThan(110_000);
  expect(stats.requests).toBe(1);
});

test('tries have an end, which Temporal takes over', async () => {
  const { provider, stats } = await serve({ inject: () => ({ do: 'status', status: 500 }) });
  expect(await faultOf(provider.chat(ASK))).toMatchObject({ kind: 'unavailable', retryAfterMs: undefined });
  expect(stats.requests).toBe(5);
});

test('an endpoint that is not there is unavailable, and named', async () => {
  const { provider, close, url } = await serve();
  await close();
  const fault = await faultOf(provider.chat(ASK));
  expect(fault.kind).toBe('unavailable');
  expect(fault.message).toContain(new URL(url).host);
  expect(fault.message).toContain('ECONNREFUSED');
});

test('a server’s own limits are met without a single refusal once they are known', async () => {
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

test('a single try comes back with why, how long to wait, and what was said of the limits', async () => {
  const { provider, stats } = await serve({
    requestsPerMinute: 100,
    inject: first(1, {
      do: 'status',
      status: 429,
      headers: { 'retry-after': '360', 'x-ratelimit-limit-requests': '100', 'x-ratelimit-remaining-requests': '0' },
    }),
  });
  expect(await provider.attempt(ASK, { admit: async () => true })).toEqual({
    failure: { what: 'answered 429', rateLimited: true, waitMs: 360_000 },
    headers: { requests: { limit: 100, remaining: 0 }, tokens: {} },
  });
  expect(stats.requests).toBe(1);
  // Whoever else asks through this process leaves the endpoint alone meanwhile.
  expect(await provider.attempt(ASK, { admit: async () => true })).toEqual({ unsent: true });
  expect(stats.requests).toBe(1);
});

test('a single try is let out only when there is a place for it, and only if it still may', async () => {
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
    'Ollama’s missing model',
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
])('%s stops the run at once with what to mend', async (_what, options, profile, kind, message) => {
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
    'rejected for a reason of its own',
    { inject: () => ({ do: 'status', status: 422, body: { detail: 'no' } }) },
    'rejected',
  ],
])('a request that is %s is refused by itself, and not repeated', async (_what, options, reason) => {
  const { provider, stats } = await serve(options);
  const fault = await faultOf(provider.chat(ASK));
  expect(fault).toBeInstanceOf(RequestRefused);
  expect((fault as RequestRefused).reason).toBe(reason);
  expect(stats.requests).toBe(1);
});

test('structured output is asked for until the endpoint refuses it, and then no more', async () => {
  const schema = { name: 'questions', schema: { type: 'object' } };
  const seen: boolean[] = [];
  const { provider } = await serve({ structured: false, inject: ({ structured }) => void seen.push(structured) });
  await provider.chat({ ...ASK, schema });
  await provider.chat({ ...ASK, schema });
  expect(seen).toEqual([true, false, false]);
});

test('a key echoed by a hostile server appears in no message, detail, cause or answer', async () => {
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

test('after an abort what is out may come home, what waits does not', async () => {
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

test('a request that hangs after an abort is given up when its grace is over', async () => {
  const { provider, stats } = await serve({ inject: () => ({ do: 'hang' }) }, {}, { graceMs: 50 });
  const stop = new AbortController();
  const out = provider.chat(ASK, stop.signal);
  await expect.poll(() => stats.requests).toBe(1);
  stop.abort(new Error('stopped'));
  await expect(out).rejects.toThrow('stopped');
});

test('variables of the environment send no profile’s key elsewhere', async () => {
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
