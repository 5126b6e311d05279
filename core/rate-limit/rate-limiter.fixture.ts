import type { Lease, LeaseReport, LeaseRequest } from '../contracts/rate-limit.ts';
import { FairQueue } from './fair-queue.ts';

const MINUTE_MS = 60_000;
/** Leases that one run asks for at once. */
const LANES = 16;

interface Limits {
  requests: number;
  tokens: number;
}

/** How a server counts its minutes: over the last sixty seconds, by the clock, or as a bucket that refills evenly. */
export type Window = 'sliding' | 'fixed' | 'bucket';

/** An endpoint that rejects what exceeds its windows, on a simulated clock. */
class Server {
  readonly limits: Limits;
  readonly #window: Window;
  readonly #spent: { at: number; requests: number; tokens: number }[] = [];
  readonly #sums = { requests: 0, tokens: 0 };
  #level: Limits | undefined;
  #filledAt = 0;
  accepted = 0;
  acceptedTokens = 0;
  rejected = 0;

  constructor(limits: Limits, window: Window) {
    this.limits = limits;
    this.#window = window;
  }

  used(of: keyof Limits, now: number): number {
    if (this.#window === 'bucket') return this.limits[of] - this.#fill(now)[of];
    const from = this.#window === 'fixed' ? Math.floor(now / MINUTE_MS) * MINUTE_MS : now - MINUTE_MS;
    for (let oldest = this.#spent[0]; oldest && oldest.at <= from; oldest = this.#spent[0]) {
      this.#sums.requests -= oldest.requests;
      this.#sums.tokens -= oldest.tokens;
      this.#spent.shift();
    }
    return this.#sums[of];
  }

  take(tokens: number, now: number): boolean {
    const fits =
      this.used('requests', now) + 1 <= this.limits.requests && this.used('tokens', now) + tokens <= this.limits.tokens;
    if (!fits) {
      this.rejected++;
      return false;
    }
    this.spend(1, tokens, now);
    this.accepted++;
    this.acceptedTokens += tokens;
    return true;
  }

  spend(requests: number, tokens: number, now: number): void {
    if (this.#window === 'bucket') {
      const level = this.#fill(now);
      level.requests -= requests;
      level.tokens -= tokens;
    } else {
      this.#spent.push({ at: now, requests, tokens });
      this.#sums.requests += requests;
      this.#sums.tokens += tokens;
    }
  }

  #fill(now: number): Limits {
    const level = this.#level ?? { ...this.limits };
    const share = (now - this.#filledAt) / MINUTE_MS;
    if (this.#level) {
      level.requests = Math.min(this.limits.requests, level.requests + share * this.limits.requests);
      level.tokens = Math.min(this.limits.tokens, level.tokens + share * this.limits.tokens);
    }
    this.#level = level;
    this.#filledAt = now;
    return level;
  }
}

export interface Scenario {
  limits: Limits;
  window?: Window;
  /** Simulated minutes. */
  minutes: number;
  /** Limits that the profile names; default: none, so that they are learnt from headers. */
  profile?: LeaseRequest['limits'];
  /** Tokens of a request; default: 100. */
  tokens?: (random: () => number) => number;
  /** Milliseconds until a lease is used, and until it is reported on; default: 80. */
  latencyMs?: (random: () => number) => number;
  /** Estimated tokens of a request, corrected by reports; default: 100. */
  estimate?: number;
  /** Called every simulated 100 ms. */
  change?: (server: Server, now: number) => void;
  random: () => number;
  /** Ids of the runs that ask for leases; default: one run. */
  runs?: string[];
  /** Steps after which the queue's state is serialized and restored; default: never. */
  rewriteEvery?: number;
}

/** Runs a fair queue against a server for some simulated minutes. Every run always asks for more. */
export function simulate({
  limits,
  window = 'sliding',
  minutes,
  profile = {},
  tokens = () => 100,
  latencyMs = () => 80,
  estimate = 100,
  change,
  random,
  runs = ['run'],
  rewriteEvery = 0,
}: Scenario) {
  const server = new Server({ ...limits }, window);
  let queue = new FairQueue();
  let steps = 0;
  const events: { at: number; run: () => void }[] = [];
  const at = (time: number, run: () => void) => {
    const place = events.findIndex((event) => event.at > time);
    events.splice(place === -1 ? events.length : place, 0, { at: time, run });
  };
  const began = 1_000_000_020_000;
  const ends = began + minutes * MINUTE_MS;
  const granted: Record<string, number> = {};
  let now = began;
  let serial = 0;
  let mean = estimate;
  let alarm = 0;
  const probed = new Set<string>();

  const request = (run: string, requests = 500) => {
    queue.add({ lease: `${serial++}`, run, requests, tokensPerRequest: mean, limits: profile });
  };
  const pump = () => {
    for (let next = queue.next(now); next; next = queue.next(now)) {
      if (!('lease' in next)) {
        if (alarm > now && alarm <= next.at) return;
        alarm = next.at;
        return at(alarm, pump);
      }
      granted[next.run] = (granted[next.run] ?? 0) + next.lease.requests;
      send(next.run, next.lease);
    }
  };
  const send = (run: string, lease: Lease) => {
    const start = now + latencyMs(random);
    const sent: number[] = [];
    let used = 0;
    let rejected = 0;
    let last = start;
    for (let turn = 0; turn < lease.requests; turn++) {
      at(start + (turn * lease.spreadMs) / lease.requests, () => {
        const cost = tokens(random);
        if (rejected > 0 || used + cost > (lease.tokens ?? Number.POSITIVE_INFINITY)) return;
        last = now;
        sent.push(now);
        if (server.take(cost, now)) used += cost;
        else rejected++;
      });
    }
    at(start + lease.spreadMs + latencyMs(random), () => {
      if (used > 0) mean = 0.8 * mean + (0.2 * used) / (sent.length - rejected);
      const report: LeaseReport = {
        lease: lease.lease,
        requests: sent.length,
        tokens: used,
        firstAgoMs: now - (sent[0] ?? now),
        lastAgoMs: now - last,
        rejected,
        headers: { agoMs: 0, requests: headersOf(server, 'requests', now), tokens: headersOf(server, 'tokens', now) },
      };
      const latency = latencyMs(random) / 2;
      at(now + latency, () => {
        queue.report(report, now);
        // A run starts with a single request, and asks for all its leases once that is answered.
        for (let lane = 0; lane < (lease.requests === 1 && !probed.has(run) ? LANES : 1); lane++) request(run);
        probed.add(run);
        pump();
      });
    });
  };

  for (const run of runs) request(run, 1);
  if (change) {
    for (let time = began; time < ends; time += 100) at(time, () => change(server, now - began));
  }
  pump();
  for (let event = events.shift(); event && event.at <= ends; event = events.shift()) {
    now = Math.max(now, event.at);
    event.run();
    if (rewriteEvery > 0 && ++steps % rewriteEvery === 0)
      queue = new FairQueue(JSON.parse(JSON.stringify(queue.state)));
  }
  const { accepted, acceptedTokens, rejected } = server;
  return { accepted, acceptedTokens, rejected, rejectedShare: rejected / (accepted + rejected), granted };
}

function headersOf(server: Server, of: keyof Limits, now: number) {
  return {
    limit: server.limits[of],
    remaining: Math.max(0, server.limits[of] - server.used(of, now)),
    resetMs: MINUTE_MS,
  };
}
