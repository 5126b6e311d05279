import type { Lease, LeaseReport, LeaseRequest } from '../contracts/rate-limit.ts';
import { RateLimiter, type RateLimiterState } from './rate-limiter.ts';

/** Everything a governor must not lose when its history is begun anew. */
export interface FairQueueState {
  quota?: RateLimiterState;
  asks: LeaseRequest[];
  /** Runs in the order in which they were last granted something. */
  served: string[];
}

export interface Grant {
  run: string;
  lease: Lease;
}

/** Those who wait for a lease, served in turn by run, so that a run of a million chunks does not keep one of ten waiting. */
export class FairQueue {
  readonly #quota: RateLimiter;
  #asks: LeaseRequest[];
  #served: string[];

  constructor({ quota, asks, served }: FairQueueState = { asks: [], served: [] }) {
    this.#quota = new RateLimiter(quota);
    this.#asks = asks;
    this.#served = served;
  }

  ask(ask: LeaseRequest): void {
    this.#quota.declare(ask.limits);
    this.#asks.push(ask);
  }

  /** Takes back whatever a run has asked for and not got. */
  withdraw(run: string): void {
    this.#asks = this.#asks.filter((ask) => ask.run !== run);
  }

  report(report: LeaseReport, now: number): void {
    this.#quota.report(report, now);
  }

  /** The next lease if it may be granted now, else when it may; undefined if nobody waits. */
  next(now: number): Grant | { at: number } | undefined {
    const ask = this.#first();
    if (!ask) return undefined;
    const lease = this.#quota.size(ask);
    const ms = this.#quota.wait(lease, now);
    if (ms > 0) return { at: now + ms };
    this.#quota.grant(lease, now);
    this.#asks = this.#asks.filter((one) => one !== ask);
    this.#served = [...this.#served.filter((run) => run !== ask.run), ask.run].filter((run) =>
      this.#asks.some((one) => one.run === run),
    );
    return { run: ask.run, lease };
  }

  get waiting(): readonly string[] {
    return [...new Set(this.#asks.map(({ run }) => run))];
  }

  get state(): FairQueueState {
    return { quota: this.#quota.state, asks: this.#asks, served: this.#served };
  }

  /** Of the runs that wait, the one whose last turn is longest ago. */
  #first(): LeaseRequest | undefined {
    const turn = (ask: LeaseRequest) => this.#served.indexOf(ask.run);
    return this.#asks.reduce<LeaseRequest | undefined>(
      (first, ask) => (first === undefined || turn(ask) < turn(first) ? ask : first),
      undefined,
    );
  }
}
