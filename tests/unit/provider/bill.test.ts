import OpenAI from 'openai';
import { expect, it, onTestFinished } from 'vitest';
import { shareOfFaults } from '../../provider/share-of-faults.ts';
import { type ProviderOptions, startProvider } from '../../provider/start-provider.ts';

async function start(options: ProviderOptions = {}) {
  const server = await startProvider(options);
  onTestFinished(() => server.close());
  // Two hundred requests at once take more than two seconds on a busy machine.
  const client = new OpenAI({ apiKey: 'any', baseURL: server.url, maxRetries: 0, timeout: 25_000 });
  const ask = (content: string) =>
    client.chat.completions.create({ model: 'gpt-4o-mini', messages: [{ role: 'user', content }] });
  return { ...server, ask };
}

const PASSAGES = Array.from({ length: 200 }, (_, index) => `Valve V-${index} is serviced in Harburg.`);

it('counts tokens as OpenAI does: o200k_base, plus those around each message and before the reply', async () => {
  const { ask } = await start({ exactTokens: true });
  // tiktoken: "hello world" is two tokens, "user" one; three are added for the message, three start the reply.
  expect((await ask('hello world')).usage?.prompt_tokens).toBe(9);
  // tiktoken: 7 tokens; the name of a special token is ordinary text.
  expect((await ask('<|endoftext|>')).usage?.prompt_tokens).toBe(14);
});

it('counts what was billed, how often, and for how much', async () => {
  const { ask, stats } = await start({ prices: { 'gpt-4o-mini': { prompt: 1, completion: 4 } } });
  for (const passage of [...PASSAGES.slice(0, 3), ...PASSAGES.slice(0, 1)]) await ask(passage);
  expect(stats.billedTwice).toBe(1);
  expect(stats.timesBilled).toEqual(
    new Map([
      [1, 2],
      [2, 1],
    ]),
  );
  expect(stats.dollars).toBeCloseTo((stats.promptTokens + 4 * stats.completionTokens) / 1e6, 12);
});

it('keeps a limited number of prompts, and counts all', async () => {
  const { ask, stats } = await start({ keptPrompts: 5 });
  for (const passage of PASSAGES.slice(0, 40)) await ask(passage);
  expect(stats.prompts.length).toBeLessThan(10);
  expect(stats.prompts.at(-1)).toBe(PASSAGES[39]);
  expect(stats.timesBilled.get(1)).toBe(40);
});

it('injects faults into a share of the passages, always the same ones', async () => {
  const inject = shareOfFaults({ ofPassages: { unusable: 0.1, refuse: 0.1, 'too-long': 0.1 } });
  const outcomes = async () => {
    const { ask } = await start({ inject });
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
  const first = await outcomes();
  expect(await outcomes()).toEqual(first);
  const kinds = Map.groupBy(first, (kind) => kind);
  expect(kinds.size).toBe(4);
  for (const [kind, { length }] of kinds) expect(length).toBeGreaterThan(kind === 'fine' ? 100 : 8);
});

it('injects faults into a share of the requests, and answers the same prompt when it is sent again', async () => {
  const { ask, stats } = await start({
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
