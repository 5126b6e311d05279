import fc from 'fast-check';
import { expect, it, onTestFinished } from 'vitest';
import { openaiDuration } from '../../provider/limits.ts';
import { RateWindow } from '../../provider/rate-window.ts';
import { type ProviderOptions, startProvider } from '../../provider/start-provider.ts';

async function start(options: ProviderOptions) {
  const server = await startProvider(options);
  onTestFinished(() => server.close());
  const ask = (content = 'Pumps lift water.') =>
    fetch(`${server.url}/chat/completions`, {
      method: 'POST',
      body: JSON.stringify({ model: 'gpt-4o-mini', messages: [{ role: 'user', content }] }),
    });
  return { ...server, ask };
}

it('admits no more than the limit in any period as long as the window, and rejects nothing that fits', () => {
  const traffic = fc.array(fc.record({ after: fc.nat(40), amount: fc.integer({ min: 1, max: 7 }) }), { maxLength: 60 });
  fc.assert(
    fc.property(traffic, (requests) => {
      const window = new RateWindow(10, 100);
      const granted: { at: number; amount: number }[] = [];
      let now = 0;
      for (const { after, amount } of requests) {
        now += after;
        const usedAt = (time: number) =>
          granted.filter(({ at }) => at > time - 100).reduce((sum, one) => sum + one.amount, 0);
        let fits = now;
        while (usedAt(fits) + amount > 10) fits++;
        const wait = window.wait(amount, now);
        expect(wait).toBe(fits - now);
        if (wait === 0) {
          window.spend(amount, now);
          granted.push({ at: now, amount });
        }
      }
    }),
  );
});

it('frees a fixed window at the next minute, and a sliding one a minute after each request', () => {
  for (const [kind, reopens] of [
    ['fixed', 60_000],
    ['sliding', 119_000],
  ] as const) {
    const window = new RateWindow(1, 60_000, kind);
    window.spend(1, 59_000);
    expect(59_000 + window.wait(1, 59_000)).toBe(reopens);
  }
});

it('says when to retry in all headers that OpenAI sends', async () => {
  let now = 0;
  const { ask, stats } = await start({ requestsPerMinute: 2, tokensPerMinute: 1000, now: () => now });
  await ask();
  now = 30_000;
  expect(Object.fromEntries((await ask()).headers)).toMatchObject({
    'x-ratelimit-limit-requests': '2',
    'x-ratelimit-remaining-requests': '0',
    'x-ratelimit-reset-requests': '1m0s',
    'x-ratelimit-limit-tokens': '1000',
    'x-ratelimit-remaining-tokens': String(1000 - stats.promptTokens - stats.completionTokens),
  });
  const refused = await ask();
  expect(refused.status).toBe(429);
  expect(refused.headers.get('retry-after-ms')).toBe('30000');
  expect(refused.headers.get('retry-after')).toBe('30');
  expect(stats).toMatchObject({ chats: 2, throttled: 1 });
  now = 60_000;
  expect((await ask()).status).toBe(200);
});

it('changes limits while it runs, and rejects with a given retry-after', async () => {
  const { ask, setLimits } = await start({ requestsPerMinute: 100, retryAfterMs: 360_000 });
  await ask();
  setLimits({ requestsPerMinute: 1 });
  const refused = await ask();
  expect(refused.headers.get('retry-after')).toBe('360');
  expect(refused.headers.get('x-ratelimit-limit-requests')).toBe('1');
  setLimits({ requestsPerMinute: 2 });
  expect((await ask()).status).toBe(200);
});

it('counts the tokens of an answer against the limit', async () => {
  const { ask, stats } = await start({ tokensPerMinute: 20 });
  expect((await ask()).status).toBe(200);
  expect(stats.promptTokens).toBeLessThan(20);
  expect(stats.promptTokens + stats.completionTokens).toBeGreaterThan(20);
  expect((await ask()).status).toBe(429);
});

it('formats durations as OpenAI does', () => {
  expect([20, 1500, 60_000, 360_000, 61_250].map(openaiDuration)).toEqual(['20ms', '1.5s', '1m0s', '6m0s', '1m1.25s']);
});
