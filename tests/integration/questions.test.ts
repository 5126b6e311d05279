import { WorkflowFailedError } from '@temporalio/client';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { faultOf } from '../../client/failure.ts';
import type { ArtifactRef } from '../../core/contracts/artifact.ts';
import { Chunk } from '../../core/contracts/corpus.ts';
import { findOpenChunks } from '../../core/questions/ledger/find-open-chunks.ts';
import { parseRunInput } from '../../core/run/parse-input.ts';
import { Fleet, type QuestionsOutcome } from '../harness/fleet.ts';
import { passages } from '../harness/samples.ts';
import { useHarness } from '../harness/use-harness.ts';
import { waitUntil } from '../harness/wait-until.ts';
import type { ProviderOptions } from '../provider/options.ts';
import { type RunningProvider, startProvider } from '../provider/start-provider.ts';

/**
 * All tests share a Temporal server and a store. Each starts a provider, and workers with a profile of this provider.
 */
const harness = useHarness();
let fleet: Fleet;
let provider: RunningProvider;
beforeAll(async () => {
  fleet = await Fleet.start(harness);
});
afterEach(async () => {
  await fleet.killWorkers();
  // The next test's provider has other limits, which this rate limiter does not know.
  await fleet.client.workflow
    .getHandle('hone-rate-limiter/default')
    .terminate()
    .catch(() => {});
  await provider.close();
});

async function start(options: ProviderOptions, workers: number, profile: Record<string, unknown> = {}): Promise<void> {
  provider = await harness.use(startProvider(options));
  await Promise.all(Array.from({ length: workers }, () => fleet.startWorker({ baseURL: provider.url, ...profile })));
}

/** Number of answers about these chunks in the ledger. */
async function ledgerEntries(chunks: ArtifactRef): Promise<number> {
  const { questions } = parseRunInput({ documents: ['.'] });
  const lines = Buffer.from(await fleet.store.readObject(chunks))
    .toString('utf8')
    .trim()
    .split('\n');
  const all = lines.map((line) => Chunk.parse(JSON.parse(line)));
  return (await findOpenChunks(all, questions, { store: fleet.store, countTokens: () => 0, run: '' })).replayed;
}

const faultFrom = (result: Promise<QuestionsOutcome>, id: string) =>
  result.then(
    () => expect.unreachable('it should have failed'),
    (error: unknown) => {
      expect(error).toBeInstanceOf(WorkflowFailedError);
      return faultOf(error, id);
    },
  );

describe('workers that ask questions', () => {
  it('keeps a rate limit that two workers share, and both of them work', async () => {
    const arrivals: number[] = [];
    await start({ inject: () => void arrivals.push(Date.now()) }, 2, { requestsPerMinute: 300 });
    const run = await fleet.ask('shared-limit', await fleet.putChunks(passages('shared-limit', 60)));
    expect((await run.result()).output).toMatchObject({ spending: { answers: 60 }, quarantinedCount: 0 });
    // Five a second, after an initial burst of at most three seconds' worth. Two workers with a limit each would take
    // half.
    const seconds = ((arrivals.at(-1) ?? 0) - (arrivals[0] ?? 0)) / 1000;
    expect(seconds).toBeGreaterThan((60 - 20) / 5);
    const { events } = await fleet.client.workflow.getHandle('shared-limit/questions').fetchHistory();
    const workers = new Set(
      events?.flatMap(({ activityTaskStartedEventAttributes: started }) => started?.identity ?? []),
    );
    expect(workers.size).toBe(2);
  });

  it('loses nothing when the rate limiter and the run continue as new repeatedly', async () => {
    await start({}, 1, { requestsPerMinute: 1200 });
    await fleet.client.workflow.start('rateLimiter', {
      workflowId: 'hone-rate-limiter/default',
      taskQueue: 'hone',
      args: [{ historyEvents: 40 }],
    });
    const run = await fleet.ask('renewed', await fleet.putChunks(passages('renewed', 200)), {}, 60);
    expect((await run.result()).output).toMatchObject({ spending: { answers: 200 }, count: 400, quarantinedCount: 0 });
    expect(provider.stats).toMatchObject({ chats: 200, billedTwice: 0 });
    for (const id of ['hone-rate-limiter/default', 'renewed/questions']) {
      const { raw } = await fleet.client.workflow.getHandle(id).describe();
      expect(raw.workflowExecutionInfo?.firstRunId).not.toBe(raw.workflowExecutionInfo?.execution?.runId);
    }
  });

  it('stops at a wrong key after a single request', async () => {
    await start({ apiKey: 'sk-another' }, 1);
    const run = await fleet.ask('wrong-key', await fleet.putChunks(passages('wrong-key', 500)));
    expect(await faultFrom(run.result(), 'wrong-key')).toMatchObject({ kind: 'credentials' });
    expect(provider.stats.requests).toBe(1);
  });

  it('stops with a message if a third of the answers is unusable, long before it has paid for all', async () => {
    const inject: ProviderOptions['inject'] = ({ first }) =>
      Number(/V-(\d+)/.exec(first)?.[1]) % 3 === 0 ? { do: 'say', text: 'Nothing to ask.' } : undefined;
    await start({ inject }, 1);
    const run = await fleet.ask('unusable', await fleet.putChunks(passages('unusable', 1000)));
    const stopped = await faultFrom(run.result(), 'unusable');
    expect(stopped.kind).toBe('quality');
    expect(stopped.message).toMatch(
      /^\d+ of 1000 chunks got no usable question, more than the 2 % allowed: \d+ × no usable question/,
    );
    expect(stopped.details.length).toBeGreaterThan(10);
    expect(provider.stats.chats).toBeLessThan(900);
  });

  it('pays twice only for answers that a killed worker had not stored yet', async () => {
    await start({ latencyMs: 100 }, 1);
    const chunks = await fleet.putChunks(passages('killed', 400));
    const run = await fleet.ask('killed', chunks);
    await waitUntil(() => provider.stats.chats > 60);
    await fleet.killWorkers();
    await waitUntil(() => provider.stats.inFlight === 0);
    const unstored = provider.stats.chats - (await ledgerEntries(chunks));
    await fleet.startWorker({ baseURL: provider.url });
    const { output } = await run.result();
    expect(output).toMatchObject({ count: 800, quarantinedCount: 0 });
    // The ledger knows what the dead worker had bought, so the run's own account is whole too.
    expect(output.spending.answers).toBe(400);
    expect(provider.stats.billedTwice).toBe(unstored);
    expect(provider.stats.chats).toBe(400 + unstored);

    const billed = provider.stats.chats;
    const again = await fleet.ask('killed-again', chunks);
    const { questions, count } = output;
    expect(await again.result()).toMatchObject({
      reused: true,
      output: { questions, count, replayed: 400, spending: { answers: 0, cost: 0 } },
    });
    expect(provider.stats.chats).toBe(billed);
  });

  it('sends nothing to an endpoint for as long as it demands, without holding a slot', async () => {
    let until = 0;
    let early = 0;
    const inject: ProviderOptions['inject'] = ({ index }) => {
      if (index < 50) return undefined;
      until ||= Date.now() + 8000;
      const left = until - Date.now();
      if (left <= 0) return undefined;
      if (left < 6000) early++;
      return { do: 'status', status: 429, headers: { 'retry-after-ms': String(left) } };
    };
    await start({ inject }, 1);
    const run = await fleet.ask('pause', await fleet.putChunks(passages('pause', 200)));
    await waitUntil(() => until > 0 && until - Date.now() < 5000);
    const handle = fleet.client.workflow.getHandle('pause/questions');
    expect((await handle.describe()).raw.pendingActivities ?? []).toHaveLength(0);
    const { progress } = await handle.query<{ progress: { waitsUntil?: number } }>('stageProgress');
    expect(Math.abs((progress.waitsUntil ?? 0) - until)).toBeLessThan(3000);
    expect((await run.result()).output).toMatchObject({ spending: { answers: 200 }, quarantinedCount: 0 });
    expect(early).toBe(0);
  });

  it('ends at its budget, with the questions bought so far', async () => {
    const prices = { 'gpt-4o-mini': { prompt: 100, completion: 100 } };
    await start({ prices }, 1, { prices });
    const chunks = await fleet.putChunks(passages('budget', 300));
    const run = await fleet.ask('budget', chunks, { budget: 2 });
    const { output, summary } = await run.result();
    expect(output).toMatchObject({ stoppedAtBudget: true, quarantinedCount: 0 });
    expect(provider.stats.dollars).toBeLessThanOrEqual(2);
    expect(provider.stats.dollars).toBeGreaterThan(1.8);
    expect(output.count).toBe(2 * provider.stats.chats);
    expect(output.notAsked).toBe(300 - provider.stats.chats);
    expect(summary).toContain('stopped at the budget');

    // The same request again costs nothing; without the budget it costs only the rest.
    const billed = provider.stats.chats;
    expect(await (await fleet.ask('budget-again', chunks, { budget: 2 })).result()).toMatchObject({ reused: true });
    expect(provider.stats.chats).toBe(billed);
    const whole = await (await fleet.ask('no-budget', chunks)).result();
    expect(whole.output).toMatchObject({ count: 600, replayed: billed });
    expect(provider.stats).toMatchObject({ chats: 300, billedTwice: 0 });
  });

  it('keeps to the budget with a reasoning model that takes no schema and an endpoint that states no usage', async () => {
    const prices = { 'gpt-4o-mini': { prompt: 100, completion: 100 } };
    const inject: ProviderOptions['inject'] = ({ structured }) =>
      structured ? { do: 'status', status: 500, body: 'response_format: not implemented' } : undefined;
    await start({ inject, shape: 'unopened', usage: false, exactTokens: true, prices }, 1, { prices });
    const run = await fleet.ask('silent', await fleet.putChunks(passages('silent', 300)), { budget: 2 });
    const { output, summary } = await run.result();
    expect(output).toMatchObject({ stoppedAtBudget: true, quarantinedCount: 0 });
    expect(provider.stats.dollars).toBeLessThanOrEqual(2);
    expect(provider.stats.dollars).toBeGreaterThan(1.8);
    expect(provider.stats.requests).toBe(provider.stats.chats + 1);
    expect(output.count).toBe(2 * provider.stats.chats);
    expect(summary).toContain('tokens counted by Hone');
    const questions = Buffer.from(await fleet.store.readObject(output.questions)).toString('utf8');
    expect(questions).not.toMatch(/draft|<\|/);
  });

  it('stops with advice at an address that answers with a web page', async () => {
    await start({ inject: () => ({ do: 'garbage', text: '<!doctype html><title>Welcome</title>' }) }, 1);
    const run = await fleet.ask('page', await fleet.putChunks(passages('page', 50)));
    const { kind, message, advice } = await faultFrom(run.result(), 'page');
    expect({ kind, message }).toEqual({
      kind: 'config',
      message: expect.stringContaining('a web page instead of JSON'),
    });
    expect(advice).toContain('base URL');
    expect(provider.stats.requests).toBeLessThan(10);
  });

  it('says that a budget needs prices, before any request', async () => {
    await start({}, 1);
    const run = await fleet.ask('no-price', await fleet.putChunks(passages('no-price', 5)), { budget: 1 });
    const { kind, advice } = await faultFrom(run.result(), 'no-price');
    expect(kind).toBe('config');
    expect(advice).toContain('prices');
    expect(provider.stats.requests).toBe(0);
  });

  it('stops when it is cancelled, keeps the answers in flight, and the next run continues from there', async () => {
    await start({ latencyMs: 300 }, 1);
    const chunks = await fleet.putChunks(passages('cancelled', 200));
    const run = await fleet.ask('cancelled', chunks);
    await waitUntil(() => provider.stats.chats > 20);
    await run.cancel();
    await expect(run.result()).rejects.toBeInstanceOf(WorkflowFailedError);
    const billed = provider.stats.chats;
    expect(billed).toBeLessThan(200);
    const rest = await (await fleet.ask('after-cancel', chunks)).result();
    expect(rest.output).toMatchObject({ replayed: billed, spending: { answers: 200 - billed }, count: 400 });
    expect(provider.stats.billedTwice).toBe(0);
  });

  it('waits for an endpoint that is down, and says so meanwhile', async () => {
    let down = true;
    await start({ inject: ({ index }) => (down && index >= 10 ? { do: 'status', status: 503 } : undefined) }, 1);
    const run = await fleet.ask('outage', await fleet.putChunks(passages('outage', 100)));
    const handle = fleet.client.workflow.getHandle('outage/questions');
    await waitUntil(async () => {
      const { progress } = await handle.query<{ progress: { note?: string } }>('stageProgress');
      return progress.note?.includes('answered 503') ?? false;
    });
    // Single requests check whether it is available again.
    const before = provider.stats.requests;
    await waitUntil(() => provider.stats.requests >= before + 2);
    down = false;
    expect((await run.result()).output).toMatchObject({ spending: { answers: 100 }, quarantinedCount: 0 });
  });

  it('quarantines a chunk that the endpoint never answers, while it answers all others', async () => {
    // The chunk of the third request: a chunk is given up only if others are answered after its first try, and every
    // run has its own order of chunks, in which a fixed chunk may be the last.
    let poisoned: string | undefined;
    const inject: ProviderOptions['inject'] = ({ text, index }) => {
      if (index === 2) poisoned = /V-\d+ /.exec(text)?.[0];
      return poisoned !== undefined && text.includes(poisoned) ? { do: 'status', status: 500 } : undefined;
    };
    await start({ inject }, 1);
    const run = await fleet.ask('poisoned', await fleet.putChunks(passages('poisoned', 300)));
    const { output } = await run.result();
    expect(output).toMatchObject({ spending: { answers: 299 }, quarantinedCount: 1 });
    expect(output.quarantined[0]?.reason).toMatch(/the endpoint answered 500/);
  });
});
