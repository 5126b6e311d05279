import { readFile } from 'node:fs/promises';
import { Fleet } from '../../tests/harness/fleet.ts';
import { withHarness } from '../../tests/harness/harness.ts';
import { passages } from '../../tests/harness/samples.ts';
import { startProvider } from '../../tests/provider/start-provider.ts';
import { type LeaseUse, leaseTimes, leaseUses, readHistories } from './histories.ts';
import { idealUse, type LimitChange } from './ideal-client.ts';
import { LATENCY_MS, Pause, type Scenario } from './scenarios.ts';

/** Activities of a worker at once for language models (workers/worker.ts). */
const SLOTS = 4;
const SAMPLE_MS = 100;
const REPORT_MS = 10_000;

export interface Figures {
  seconds: number;
  /** Share of what an ideal client could have used in the same time; absent without a limit. */
  quotaUsed?: number;
  /** Of all requests. */
  rejectedShare: number;
  rejected: number;
  /** Chunks that ended without a question. */
  lost: number;
  billedTwice: number;
  /** Average share of the fleet's activity slots that were in use. */
  slotsHeld: number;
  /** Most slots in use at a time during the pause, without its first seconds. */
  slotsHeldInPause?: number;
  /** Median milliseconds from the request for a lease to its grant, waits for quota included. */
  leaseMs: number;
  /** The fastest, which had no wait: the round trip. */
  leaseTripMs: number;
  leases: number;
  /** Events of each history, of the rate limiter and of the asking workflow. */
  rateLimiterHistories: number[];
  askingHistories: number[];
  /** Peak resident memory of each worker. */
  workerBytes: number[];
  chunksPerSecond: number;
}

/** Has a fleet of new workers ask about a scenario's passages, and measures it. */
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
    const usage = new UsageMeter(provider.stats, scenario.binds);
    const limit = scenario.limits[scenario.binds === 'requests' ? 'requestsPerMinute' : 'tokensPerMinute'];
    const changes: LimitChange[] = limit === undefined ? [] : [{ atMs: 0, perMinute: limit }];
    const timer = setInterval(() => {
      usage.sample();
      if (scenario.change && changes.length === 1 && provider.stats.chats >= scenario.change.after) {
        provider.setLimits(scenario.change.limits);
        changes.push({ atMs: usage.elapsedMs, perMinute: scenario.change.limits.requestsPerMinute ?? 0 });
      }
    }, SAMPLE_MS);
    let before = 0;
    const ticker = setInterval(() => {
      const { chats } = provider.stats;
      say(`${scenario.name}: ${chats}/${scenario.requests}, ${(chats - before) / (REPORT_MS / 1000)}/s …`);
      before = chats;
    }, REPORT_MS);
    const { output } = await run.result();
    clearInterval(timer);
    clearInterval(ticker);
    usage.sample();

    const asking = await readHistories(fleet.client, 'bench/questions');
    const rateLimiter = await readHistories(fleet.client, 'hone-rate-limiter/default');
    const uses = leaseUses(asking);
    const leaseMs = leaseTimes(asking).sort((a, b) => a - b);
    const { stats } = provider;
    const rejected = stats.throttled + (pause?.rejected ?? 0);
    const ideal = idealUse(changes, usage.usedMs - (pause ? Math.max(0, pause.endsAt - pause.beganAt) : 0));
    const heldMs = uses.reduce((sum, { from, to }) => sum + to - from, 0);
    return {
      seconds: usage.usedMs / 1000,
      ...(limit !== undefined && { quotaUsed: usage.used / ideal }),
      rejected,
      rejectedShare: rejected / stats.requests,
      lost: output.quarantinedCount,
      billedTwice: stats.billedTwice,
      slotsHeld: heldMs / (usage.usedMs * workers * SLOTS),
      ...(pause && { slotsHeldInPause: mostAtOnce(uses, pause.beganAt + 5000, pause.endsAt - 1000) }),
      leaseMs: leaseMs[leaseMs.length >> 1] ?? 0,
      leaseTripMs: leaseMs[0] ?? 0,
      leases: uses.length,
      rateLimiterHistories: rateLimiter.sizes,
      askingHistories: asking.sizes,
      workerBytes: await Promise.all(fleet.workers.map(({ pid }) => peakBytes(pid))),
      chunksPerSecond: scenario.requests / (usage.usedMs / 1000),
    };
  });
}

interface Counts {
  chats: number;
  promptTokens: number;
  completionTokens: number;
}

/** Measures what was used, and in which time: from the first answer to the last. */
class UsageMeter {
  readonly #stats: Counts;
  readonly #of: Scenario['binds'];
  #first: number | undefined;
  #last = 0;
  used = 0;

  constructor(stats: Counts, of: Scenario['binds']) {
    this.#stats = stats;
    this.#of = of;
  }

  sample(): void {
    const { chats, promptTokens, completionTokens } = this.#stats;
    const used = this.#of === 'requests' ? chats : promptTokens + completionTokens;
    // The first request is sent alone, to try the key: the time starts with those after it.
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

function mostAtOnce(uses: readonly LeaseUse[], from: number, to: number): number {
  const within = uses.filter((use) => use.from < to && use.to > from);
  return Math.max(
    0,
    ...within.map(({ from }) => within.filter((other) => other.from <= from && other.to > from).length),
  );
}

async function peakBytes(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  return Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1] ?? 0) * 1024;
}
