import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ArtifactRef } from '../../core/contracts/artifact.ts';
import type { ArtifactStore } from '../../core/contracts/artifact-store.ts';
import type { Chunk } from '../../core/contracts/corpus.ts';
import { Profile } from '../../core/contracts/profile.ts';
import type { QuestionsInput, QuestionsResult } from '../../core/contracts/questions.ts';
import { addSpending, NO_SPENDING, type Spending } from '../../core/contracts/spending.ts';
import { seeded } from '../../core/primitives/random.ts';
import { temporaryFolder } from '../../core/primitives/temporary-folder.fixture.ts';
import { parseRunInput } from '../../core/run/parse-input.ts';
import type { Injected } from '../../tests/provider/injected.ts';
import { type Incoming, type RunningProvider, startProvider } from '../../tests/provider/start-provider.ts';
import { QuestionScheduler } from '../../workflows/questions/question-scheduler.ts';
import { putJsonLines } from '../runtime/artifacts.ts';
import { contextIn } from '../runtime/step-context.fixture.ts';
import { askChunks } from './ask-chunks.ts';
import { collectQuestions } from './collect-questions.ts';
import { planQuestions } from './plan-questions.ts';

/*
 * The invariant of spending.ts, as a test: whatever happens to the steps of a run, what it reports is what the provider
 * has billed. Steps are called as the workflows call them, in this process.
 */

const prices = { 'gpt-4o-mini': { prompt: 100, completion: 100 } };
const CONCURRENCY = 4;

const chunks = Array.from(
  { length: 40 },
  (_, at): Chunk => ({
    ...{ id: `c${at}`, documentId: 'd', path: `pump-${at}.md`, headings: [], tokens: 20, language: 'en' },
    text: `The pump P-${at}00 delivers ${at} litres of cooling water every minute to the hall of line ${at}.`,
  }),
);

const folder = temporaryFolder();
let provider: RunningProvider;
let inject: (request: Incoming) => Injected | undefined;
beforeEach(async () => {
  inject = () => undefined;
  provider = await startProvider({ prices, latencyMs: 10, inject: (request) => inject(request) });
});
afterEach(() => provider.close());

/** A worker process: its store, its endpoint, a way to stop it, and a way to kill it. */
async function startProcess() {
  const stopping = new AbortController();
  let killed = false;
  const { store } = await contextIn(folder.path);
  const mortal = new Proxy(store, {
    get: (target, name: keyof ArtifactStore) => {
      if (killed) throw new Error('killed');
      return target[name];
    },
  });
  const context = await contextIn(folder.path, {
    store: mortal,
    profiles: {
      default: Profile.parse({ apiKey: 'sk-test', baseURL: provider.url, concurrency: CONCURRENCY, prices }),
    },
    signal: stopping.signal,
  });
  return {
    context,
    stop: () => stopping.abort(new Error('paused')),
    kill: () => {
      killed = true;
      stopping.abort(new Error('killed'));
    },
  };
}

type Fate = 'done' | 'result lost' | 'paused' | 'killed';

/** The questions step of a run, as its workflows do it. @param fateOf what happens to each lease. */
async function ask(
  input: QuestionsInput & { run: string },
  fateOf: () => Fate,
  random = seeded(1),
): Promise<QuestionsResult> {
  const { options } = input;
  for (let plans = 0; ; plans++) {
    const { context } = await startProcess();
    const planned = await planQuestions(context, { ...input, seconds: plans > 0 ? 0 : undefined });
    if ('ready' in planned) return planned.ready.output;
    const scheduler = new QuestionScheduler(planned.open, { ...options, spent: planned.spent }, Date.now());
    let paused = false;
    while (!scheduler.isOver && !paused) {
      const requests = Math.min(scheduler.nextLeaseSize(), 8);
      scheduler.begin(requests);
      const taken = scheduler.take(requests, requests);
      const { calibration } = scheduler;
      const lease = { lease: 'one', requests, spreadMs: 0 };
      const fate = fateOf();
      const { context, stop, kill } = await startProcess();
      const work = askChunks(context, { ...input, list: planned.open.list, ...taken, lease, calibration });
      if (fate === 'paused') setTimeout(stop, 25 * random());
      if (fate === 'killed') setTimeout(kill, 25 * random());
      const result = await work.catch(() => undefined);
      paused = fate === 'paused';
      if (result && fate === 'done') scheduler.addResult(taken, result, 0, Date.now());
      else scheduler.addLoss(taken);
      scheduler.end();
    }
    if (paused) continue;
    const asked = { seconds: 0, refused: {}, stoppedAtBudget: scheduler.isStoppedAtBudget };
    return (await collectQuestions(context, { ...input, asked })).output;
  }
}

async function inputOf(run: string, questions: { budget?: number } = {}): Promise<QuestionsInput & { run: string }> {
  const { store } = await contextIn(folder.path);
  const { questions: options } = parseRunInput({ documents: ['docs'], questions: { maxFailedShare: 1, ...questions } });
  return { chunks: (await putJsonLines(store, chunks)) as ArtifactRef, options, run };
}

/** Requests that fail, and answers that are billed and not usable, so that a second one is asked for. */
function faulty({ index, first }: Incoming): Injected | undefined {
  const passage = Number(/P-(\d+)00/.exec(first)?.[1]);
  if (index % 11 === 3) return { do: 'status', status: 500 };
  if (index % 13 === 5) return { do: 'reset' };
  if (index % 17 === 7) return { do: 'status', status: 429, headers: { 'retry-after-ms': '5' } };
  if (index % 19 === 9) return { do: 'garbage' };
  return passage % 7 === 0 ? { do: 'say', text: 'According to the context, what is it?' } : undefined;
}

function expectBilled({ answers, promptTokens, completionTokens, cost = Number.NaN }: Spending): void {
  const { chats, dollars, ...tokens } = provider.stats;
  expect({ answers, promptTokens, completionTokens }).toEqual({
    answers: chats,
    promptTokens: tokens.promptTokens,
    completionTokens: tokens.completionTokens,
  });
  expect(cost).toBeCloseTo(dollars, 9);
}

/** Draws what happens to a lease. */
const drawn = (random: () => number, fates: readonly Fate[]) => () =>
  fates[Math.floor(random() * fates.length)] as Fate;

describe('what a run reports as paid is what the provider has billed', () => {
  it.each([1, 2, 3, 4])('through random pauses, lost results and faults of the provider (%s)', async (seed) => {
    inject = faulty;
    const random = seeded(seed);
    const fateOf = drawn(random, ['done', 'result lost', 'paused', 'paused']);
    const { spending, count } = await ask(await inputOf('one'), fateOf, random);
    expectBilled(spending);
    expect(count).toBeGreaterThan(60);
    // Nothing was in flight at a kill, so nothing was billed twice.
    expect(provider.stats.billedTwice).toBe(0);
  });

  it.each([5, 6])('but for what was in flight when a worker was killed (%s)', async (seed) => {
    inject = faulty;
    const random = seeded(seed);
    let kills = 0;
    const next = drawn(random, ['done', 'done', 'killed', 'paused']);
    const fateOf = () => {
      const fate = next();
      if (fate === 'killed') kills++;
      return fate;
    };
    const { spending } = await ask(await inputOf('one'), fateOf, random);
    const lost = provider.stats.chats - spending.answers;
    expect(lost).toBeGreaterThanOrEqual(0);
    expect(lost).toBeLessThanOrEqual(kills * CONCURRENCY);
    expect(provider.stats.billedTwice).toBeLessThanOrEqual(lost);
  });

  it('for each of two runs over the same chunks, whoever was first with an answer', async () => {
    const random = seeded(7);
    const fateOf = drawn(random, ['done', 'result lost', 'paused']);
    const [one, two] = await Promise.all(['one', 'two'].map(async (run) => ask(await inputOf(run), fateOf, random)));
    expectBilled(addSpending(one?.spending ?? NO_SPENDING, two?.spending ?? NO_SPENDING));
    const third = await ask(await inputOf('three'), fateOf, random);
    expect(third).toMatchObject({ spending: NO_SPENDING, count: one?.count });
    expect(third.replayed).toBeGreaterThanOrEqual(chunks.length);
  });

  it('and a budget holds through all of it', async () => {
    inject = faulty;
    const random = seeded(8);
    const fateOf = drawn(random, ['done', 'result lost', 'paused']);
    const { spending, stoppedAtBudget } = await ask(await inputOf('one', { budget: 0.5 }), fateOf, random);
    expect(stoppedAtBudget).toBe(true);
    expectBilled(spending);
    expect(provider.stats.dollars).toBeLessThanOrEqual(0.5);
    expect(provider.stats.dollars).toBeGreaterThan(0.4);
  });
});
