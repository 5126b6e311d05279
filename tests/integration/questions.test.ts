import { WorkflowFailedError } from '@temporalio/client';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { faultOf } from '../../client/failure.ts';
import type { ArtifactRef } from '../../core/contracts/artifact.ts';
import { Chunk } from '../../core/contracts/corpus.ts';
import { parseRunInput } from '../../core/contracts/run-input.ts';
import { findOpenChunks } from '../../core/questions/ledger/find-open-chunks.ts';
import type { ProviderOptions } from '../provider/options.ts';
import { type RunningProvider, startProvider } from '../provider/start-provider.ts';
import { eventually } from './eventually.ts';
import { type Asked, Fleet, passages } from './fleet.ts';

/** A server for all tests; each has a provider, and workers whose profile is that provider's. */
let fleet: Fleet;
let provider: RunningProvider;
beforeAll(async () => {
  fleet = await Fleet.start();
});
afterEach(async () => {
  await fleet.dismiss();
  // The next test's provider has other limits, of which the old one's governor knows nothing.
  await fleet.client.workflow
    .getHandle('hone-rate-limiter/default')
    .terminate()
    .catch(() => {});
  await provider.close();
});
afterAll(() => fleet.close());

async function serve(options: ProviderOptions, workers: number, profile: Record<string, unknown> = {}): Promise<void> {
  provider = await startProvider(options);
  await Promise.all(Array.from({ length: workers }, () => fleet.work({ baseURL: provider.url, ...profile })));
}

/** Answers about these chunks that the ledger holds. */
async function ledgerEntries(chunks: ArtifactRef): Promise<number> {
  const { questions } = parseRunInput({ documents: ['.'] });
  const lines = Buffer.from(await fleet.store.readObject(chunks))
    .toString('utf8')
    .trim()
    .split('\n');
  const all = lines.map((line) => Chunk.parse(JSON.parse(line)));
  return (await findOpenChunks(all, questions, { store: fleet.store, countTokens: () => 0, run: '' })).replayed;
}

const fault = (result: Promise<Asked>, id: string) =>
  result.then(
    () => expect.unreachable('it should have failed'),
    (error: unknown) => {
      expect(error).toBeInstanceOf(WorkflowFailedError);
      return faultOf(error, id);
    },
  );

describe('a fleet that asks questions', () => {
  it('keeps to a limit that is shared by two workers, and both of them work', async () => {
    const arrivals: number[] = [];
    await serve({ inject: () => void arrivals.push(Date.now()) }, 2, { requestsPerMinute: 300 });
    const run = await fleet.ask('shared-limit', await fleet.putChunks(passages('shared-limit', 60)));
    expect((await run.result()).output).toMatchObject({ spending: { answers: 60 }, quarantinedCount: 0 });
    // Five a second; what a run begins with may be three seconds' worth. Two that each kept the limit would take half.
    const seconds = ((arrivals.at(-1) ?? 0) - (arrivals[0] ?? 0)) / 1000;
    expect(seconds).toBeGreaterThan((60 - 20) / 5);
    const { events } = await fleet.client.workflow.getHandle('shared-limit/questions').fetchHistory();
    const workers = new Set(
      events?.flatMap(({ activityTaskStartedEventAttributes: started }) => started?.identity ?? []),
    );
    expect(workers.size).toBe(2);
  });

  it('loses nothing when governor and run begin their histories anew, again and again', async () => {
    await serve({}, 1, { requestsPerMinute: 1200 });
    await fleet.client.workflow.start('rateLimiter', {
      workflowId: 'hone-rate-limiter/default',
      taskQueue: 'hone',
      args: [{ historyEvents: 40 }],
    });
    const run = await fleet.ask('renewed', await fleet.putChunks(passages('renewed', 200)), {}, { historyEvents: 60 });
    expect((await run.result()).output).toMatchObject({ spending: { answers: 200 }, count: 400, quarantinedCount: 0 });
    expect(provider.stats).toMatchObject({ chats: 200, billedTwice: 0 });
    for (const id of ['hone-rate-limiter/default', 'renewed/questions']) {
      const { raw } = await fleet.client.workflow.getHandle(id).describe();
      expect(raw.workflowExecutionInfo?.firstRunId).not.toBe(raw.workflowExecutionInfo?.execution?.runId);
    }
  });

  it('stops at a wrong key after a single request', async () => {
    await serve({ apiKey: 'sk-another' }, 1);
    const run = await fleet.ask('wrong-key', await fleet.putChunks(passages('wrong-key', 500)));
    expect(await fault(run.result(), 'wrong-key')).toMatchObject({ kind: 'credentials' });
    expect(provider.stats.requests).toBe(1);
  });

  it('stops with a sentence where a third of the answers is rubbish, long before it has paid for all', async () => {
    const inject: ProviderOptions['inject'] = ({ first }) =>
      Number(/V-(\d+)/.exec(first)?.[1]) % 3 === 0 ? { do: 'say', text: 'Nothing to ask.' } : undefined;
    await serve({ inject }, 1);
    const run = await fleet.ask('rubbish', await fleet.putChunks(passages('rubbish', 1000)));
    const stopped = await fault(run.result(), 'rubbish');
    expect(stopped.kind).toBe('quality');
    expect(stopped.message).toMatch(
      /^\d+ of 1000 chunks got no usable question, more than the 2 % allowed: \d+ × no usable question/,
    );
    expect(stopped.details.length).toBeGreaterThan(10);
    expect(provider.stats.chats).toBeLessThan(900);
  });

  it('pays twice for nothing but what a killed worker had no time to store', async () => {
    const work = () => fleet.work({ baseURL: provider.url });
    await serve({ latencyMs: 100 }, 1);
    const chunks = await fleet.putChunks(passages('killed', 400));
    const run = await fleet.ask('killed', chunks);
    await eventually(() => provider.stats.chats > 60);
    await fleet.dismiss();
    await eventually(() => provider.stats.inFlight === 0);
    const unstored = provider.stats.chats - (await ledgerEntries(chunks));
    await work();
    const { output } = await run.result();
    expect(output).toMatchObject({ count: 800, quarantinedCount: 0 });
    // The ledger knows what the dead worker had bought, so the run's own account is whole too.
    expect(output.spending.answers).toBe(400);
    expect(provider.stats.billedTwice).toBe(unstored);
    expect(provider.stats.chats).toBe(400 + unstored);

    const billed = provider.stats.chats;
    const again = await fleet.ask('killed-again', chunks);
    expect(await again.result()).toMatchObject({ reused: true, output });
    expect(provider.stats.chats).toBe(billed);
  });

  it('leaves an endpoint alone for as long as it asks, with no slot held', async () => {
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
    await serve({ inject }, 1);
    const run = await fleet.ask('pause', await fleet.putChunks(passages('pause', 200)));
    await eventually(() => until > 0 && until - Date.now() < 5000);
    const handle = fleet.client.workflow.getHandle('pause/questions');
    expect((await handle.describe()).raw.pendingActivities ?? []).toHaveLength(0);
    const { progress } = await handle.query<{ progress: { waitsUntil?: number } }>('stageProgress');
    expect(Math.abs((progress.waitsUntil ?? 0) - until)).toBeLessThan(3000);
    expect((await run.result()).output).toMatchObject({ spending: { answers: 200 }, quarantinedCount: 0 });
    expect(early).toBe(0);
  });

  it('ends at its budget, with the questions there are', async () => {
    const prices = { 'gpt-4o-mini': { prompt: 100, completion: 100 } };
    await serve({ prices }, 1, { prices });
    const chunks = await fleet.putChunks(passages('budget', 300));
    const run = await fleet.ask('budget', chunks, { budget: 2 });
    const { output, summary } = await run.result();
    expect(output).toMatchObject({ stoppedAtBudget: true, quarantinedCount: 0 });
    expect(provider.stats.dollars).toBeLessThanOrEqual(2);
    expect(provider.stats.dollars).toBeGreaterThan(1.8);
    expect(output.count).toBe(2 * provider.stats.chats);
    expect(output.notAsked).toBe(300 - provider.stats.chats);
    expect(summary).toContain('stopped at the budget');

    // The same again bills nothing; without the cap, only the rest.
    const billed = provider.stats.chats;
    expect(await (await fleet.ask('budget-again', chunks, { budget: 2 })).result()).toMatchObject({ reused: true });
    expect(provider.stats.chats).toBe(billed);
    const whole = await (await fleet.ask('no-budget', chunks)).result();
    expect(whole.output).toMatchObject({ count: 600, replayed: billed });
    expect(provider.stats).toMatchObject({ chats: 300, billedTwice: 0 });
  });

  it('says that a budget needs prices, before anything is bought', async () => {
    await serve({}, 1);
    const run = await fleet.ask('no-price', await fleet.putChunks(passages('no-price', 5)), { budget: 1 });
    const { kind, advice } = await fault(run.result(), 'no-price');
    expect(kind).toBe('config');
    expect(advice).toContain('prices');
    expect(provider.stats.requests).toBe(0);
  });

  it('stops when it is cancelled, keeps what was in flight, and goes on from there', async () => {
    await serve({ latencyMs: 300 }, 1);
    const chunks = await fleet.putChunks(passages('cancelled', 200));
    const run = await fleet.ask('cancelled', chunks);
    await eventually(() => provider.stats.chats > 20);
    await run.cancel();
    await expect(run.result()).rejects.toBeInstanceOf(WorkflowFailedError);
    const billed = provider.stats.chats;
    expect(billed).toBeLessThan(200);
    const rest = await (await fleet.ask('after-cancel', chunks)).result();
    expect(rest.output).toMatchObject({ replayed: billed, spending: { answers: 200 - billed }, count: 400 });
    expect(provider.stats.billedTwice).toBe(0);
  });

  it('outlives an endpoint that is down, and says so meanwhile', async () => {
    let down = true;
    await serve({ inject: ({ index }) => (down && index >= 10 ? { do: 'status', status: 503 } : undefined) }, 1);
    const run = await fleet.ask('outage', await fleet.putChunks(passages('outage', 100)));
    const handle = fleet.client.workflow.getHandle('outage/questions');
    await eventually(async () => {
      const { progress } = await handle.query<{ progress: { note?: string } }>('stageProgress');
      return progress.note?.includes('answered 503') ?? false;
    });
    // One request at a time looks whether it is back.
    const before = provider.stats.requests;
    await eventually(() => provider.stats.requests >= before + 2);
    down = false;
    expect((await run.result()).output).toMatchObject({ spending: { answers: 100 }, quarantinedCount: 0 });
  });

  it('sets a chunk aside which the endpoint never answers, while it answers all others', async () => {
    const inject: ProviderOptions['inject'] = ({ text }) =>
      text.includes('V-7 ') ? { do: 'status', status: 500 } : undefined;
    await serve({ inject }, 1);
    const run = await fleet.ask('poisoned', await fleet.putChunks(passages('poisoned', 300)));
    const { output } = await run.result();
    expect(output).toMatchObject({ spending: { answers: 299 }, quarantinedCount: 1 });
    expect(output.quarantined[0]?.reason).toMatch(/the endpoint answered 500/);
  });
});
