import { readFile } from 'node:fs/promises';
import { Fleet } from '../../tests/harness/fleet.ts';
import { withHarness } from '../../tests/harness/harness.ts';
import { passages } from '../../tests/harness/samples.ts';
import { startProvider } from '../../tests/provider/start-provider.ts';
import { batchesOf, leaseTimes, readHistories } from './histories.ts';
import { type LimitChange, perfectUse } from './perfect.ts';
import { LATENCY_MS, Pause, type Scenario } from './scenarios.ts';

/** Activities a worker does at once for language models (workers/worker.ts). */
const SLOTS = 4;
const SAMPLE_MS = 100;
const TELL_MS = 10_000;

export interface Figures {
  seconds: number;
  /** Used of what a perfect client could have used meanwhile; absent without a limit. */
  quotaUsed?: number;
  /** Of all requests that came. */
  rejectedShare: number;
  rejected: number;
  /** Chunks that ended without a question. */
  lost: number;
  billedTwice: number;
  /** Of the fleet's slots, held on average. */
  slotsHeld: number;
  /** Batches at work at any moment of the pause but its first seconds. */
  slotsHeldInPause?: number;
  /** Median milliseconds from wish to lease, waits for quota included; and of the fastest, which had none. */
  leaseMs: number;
  leaseTripMs: number;
  batches: number;
  governorHistories: number[];
  askingHistories: number[];
  /** Peak resident memory of each worker. */
  workerBytes: number[];
  chunksPerSecond: number;
}

/** Has a fleet of fresh workers ask about that many passages, and reads off what became of it. */
export function measure(scenario: Scenario, workers: number, say: (line: string) => void): Promise<Figures> {
  return withHarness(async (harness) => {
    const pause = scenario.pause && new Pause(scenario.pause);
    const provider = await harness.use(
      startProvider({
        ...scenario.limits,
        latencyMs: LATENCY_MS,
        ...(scenario.window && { window: scenario.window }),
        ...(pause && { inject: pause.inject }),
      }),
    );
    const fleet = await Fleet.start(harness);
    const profile = { baseURL: provider.url, concurrency: 32, ...(scenario.known && scenario.limits) };
    await Promise.all(Array.from({ length: workers }, () => fleet.startWorker(profile)));
    const chunks = await fleet.putChunks(passages('the plant', scenario.requests, scenario.words));
    const run = await fleet.ask('bench', chunks);
    const watch = new Watch(provider.stats, scenario.binds);
    const limit = scenario.limits[scenario.binds === 'requests' ? 'requestsPerMinute' : 'tokensPerMinute'];
    const changes: LimitChange[] = limit === undefined ? [] : [{ atMs: 0, perMinute: limit }];
    const timer = setInterval(() => {
      watch.look();
      if (scenario.change && changes.length === 1 && provider.stats.chats >= scenario.change.after) {
        provider.setLimits(scenario.change.limits);
        changes.push({ atMs: watch.elapsedMs, perMinute: scenario.change.limits.requestsPerMinute ?? 0 });
      }
    }, SAMPLE_MS);
    let before = 0;
    const ticker = setInterval(() => {
      const { chats } = provider.stats;
      say(`${scenario.name}: ${chats}/${scenario.requests}, ${(chats - before) / (TELL_MS / 1000)}/s …`);
      before = chats;
    }, TELL_MS);
    const { output } = await run.result();
    clearInterval(timer);
    clearInterval(ticker);
    watch.look();

    const asking = await readHistories(fleet.client, 'bench/questions');
    const governor = await readHistories(fleet.client, 'hone-rate-limiter/default');
    const batches = batchesOf(asking);
    const leases = leaseTimes(asking).sort((a, b) => a - b);
    const { stats } = provider;
    const rejected = stats.throttled + (pause?.refused ?? 0);
    const perfect = perfectUse(changes, watch.usedMs - (pause ? Math.max(0, pause.endsAt - pause.beganAt) : 0));
    const heldMs = batches.reduce((sum, { from, to }) => sum + to - from, 0);
    return {
      seconds: watch.usedMs / 1000,
      ...(limit !== undefined && { quotaUsed: watch.used / perfect }),
      rejected,
      rejectedShare: rejected / stats.requests,
      lost: output.quarantinedCount,
      billedTwice: stats.billedTwice,
      slotsHeld: heldMs / (watch.usedMs * workers * SLOTS),
      ...(pause && { slotsHeldInPause: mostAtOnce(batches, pause.beganAt + 5000, pause.endsAt - 1000) }),
      leaseMs: leases[leases.length >> 1] ?? 0,
      leaseTripMs: leases[0] ?? 0,
      batches: batches.length,
      governorHistories: governor.sizes,
      askingHistories: asking.sizes,
      workerBytes: await Promise.all(fleet.workers.map(({ pid }) => peakBytes(pid))),
      chunksPerSecond: scenario.requests / (watch.usedMs / 1000),
    };
  });
}

interface Counts {
  chats: number;
  promptTokens: number;
  completionTokens: number;
}

/** How much was used by when: from the first answer's request to the last one's. */
class Watch {
  readonly #stats: Counts;
  readonly #of: Scenario['binds'];
  #first: number | undefined;
  #last = 0;
  used = 0;

  constructor(stats: Counts, of: Scenario['binds']) {
    this.#stats = stats;
    this.#of = of;
  }

  look(): void {
    const { chats, promptTokens, completionTokens } = this.#stats;
    const used = this.#of === 'requests' ? chats : promptTokens + completionTokens;
    // The first request goes out alone, to see whether the key is taken: the clock starts with those after it.
    if (chats > 1) this.#first ??= performance.now() - SAMPLE_MS;
    if (used > this.used) this.#last = performance.now();
    this.used = used;
  }

  get elapsedMs(): number {
    return this.#first === undefined ? 0 : performance.now() - this.#first;
  }

  get usedMs(): number {
    return this.#last - (this.#first ?? 0);
  }
}

function mostAtOnce(batches: readonly { from: number; to: number }[], from: number, to: number): number {
  const within = batches.filter((batch) => batch.from < to && batch.to > from);
  return Math.max(
    0,
    ...within.map(({ from }) => within.filter((other) => other.from <= from && other.to > from).length),
  );
}

async function peakBytes(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  return Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1] ?? 0) * 1024;
}
