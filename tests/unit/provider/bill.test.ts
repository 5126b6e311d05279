import OpenAI from 'openai';
import { afterEach, expect, test } from 'vitest';
import { shareOfFaults } from '../../provider/share-of-faults.ts';
import { type ProviderOptions, type RunningProvider, startProvider } from '../../provider/start-provider.ts';

const running: RunningProvider[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map((server) => server.close()));
});

async function serve(options: ProviderOptions = {}) {
  const server = await startProvider(options);
  running.push(server);
  const client = new OpenAI({ apiKey: 'any', baseURL: server.url, maxRetries: 0, timeout: 2000 });
  const ask = (content: string) =>
    client.chat.completions.create({ model: 'gpt-4o-mini', messages: [{ role: 'user', content }] });
  return { ...server, ask };
}

const PASSAGES = Array.from({ length: 200 }, (_, index) => `Valve V-${index} is serviced in Harburg.`);

test('tokens are what OpenAI counts: o200k_base, with what frames every message and the reply', async () => {
  const { ask } = await serve({ exactTokens: true });
  // tiktoken: "hello world" is two tokens, "user" one; three frame the message, three begin the reply.
  expect((await ask('hello world')).usage?.prompt_tokens).toBe(9);
  // tiktoken: 7 tokens; the name of a special token is text.
  expect((await ask('<|endoftext|>')).usage?.prompt_tokens).toBe(14);
});

test('it knows what was billed, how often, and for how much', async () => {
  const { ask, stats } = await serve({ prices: { 'gpt-4o-mini': { prompt: 1, completion: 4 } } });
  for (const passage of [...PASSAGES.slice(0, 3), PASSAGES[0] as string]) await ask(passage);
  expect(stats.billedTwice).toBe(1);
  expect(stats.timesBilled).toEqual(
    new Map([
      [1, 2],
      [2, 1],
    ]),
  );
  expect(stats.dollars).toBeCloseTo((stats.promptTokens + 4 * stats.completionTokens) / 1e6, 12);
});

test('the prompts it remembers are bounded, and what it counts is not', async () => {
  const { ask, stats } = await serve({ keptPrompts: 5 });
  for (const passage of PASSAGES.slice(0, 40)) await ask(passage);
  expect(stats.prompts.length).toBeLessThan(10);
  expect(stats.prompts.at(-1)).toBe(PASSAGES[39]);
  expect(stats.timesBilled.get(1)).toBe(40);
});

test('a share of the passages is answered badly, always the same ones', async () => {
  const inject = shareOfFaults({ ofPassages: { unusable: 0.1, refuse: 0.1, 'too-long': 0.1 } });
  const struck = async () => {
    const { ask } = await serve({ inject });
    return Promise.all(
      PASSAGES.map((passage) =>
        ask(passage).then(
          ({ choices: [choice] }) =>
            choice?.message.refusal ?? choice?.message.content?.match(/nothing/)?.[0] ?? 'fine',
          (error: InstanceType<typeof OpenAI.APIError>) => error.code,
        ),
      ),
    );
  };
  const first = await struck();
  expect(await struck()).toEqual(first);
  const kinds = Map.groupBy(first, (kind) => kind);
  expect(kinds.size).toBe(4);
  for (const [kind, { length }] of kinds) expect(length).toBeGreaterThan(kind === 'fine' ? 100 : 8);
});

test('a share of the requests fails, and the same prompt gets through when it comes again', async () => {
  const { ask, stats } = await serve({
    inject: shareOfFaults({ ofRequests: { 500: 0.2, reset: 0.1, truncate: 0.1 } }),
  });
  const untilAnswered = async (passage: string) => {
    for (;;) {
      const failed = await ask(passage).then(
        () => false,
        () => true,
      );
      if (!failed) return;
    }
  };
  await Promise.all(PASSAGES.map(untilAnswered));
  expect(stats.requests).toBeGreaterThan(250);
  expect(stats.timesBilled.size).toBeGreaterThan(1);
  expect([...stats.timesBilled.values()].reduce((sum, count) => sum + count)).toBe(200);
});
