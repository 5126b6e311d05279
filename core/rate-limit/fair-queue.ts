import type { Lease, LeaseReport, LeaseRequest } from '../contracts/rate-limit.ts';
import { RateLimiter, type RateLimiterState } from './rate-limiter.ts';
import { groupRequests, ungroupRequests, type WaitingRun } from './waiting-requests.ts';

/** The clocks of a server's machines differ by less; a clock that goes back further was set. */
const SET_BACK_MS = 1000;

/** Everything that the rate limiter workflow carries over when it continues as new. */
export interface FairQueueState {
  limiter?: RateLimiterState;
  /** One by one, as earlier versions kept them; empty since. */
  waiting: LeaseRequest[];
  /** Absent: state of an earlier version. */
  runs?: WaitingRun[];
  /** Waiting runs in the order in which they were last granted a lease. */
  served: string[];
  /** The latest moment that it was told, in milliseconds since the epoch; absent: state of an earlier version. */
  latest?: number;
}

export interface Grant {
  run: string;
  lease: Lease;
}

/** Requests for leases, served in turn by run, so that a run of a million chunks does not hold up one of ten. */
export class FairQueue {
  readonly #limiter: RateLimiter;
  #waiting: LeaseRequest[];
  #served: string[];
  #latest: number;

  constructor({ limiter, waiting, runs = [], served, latest = 0 }: FairQueueState = { waiting: [], served: [] }) {
    this.#limiter = new RateLimiter(limiter);
    this.#waiting = [...waiting, ...ungroupRequests(runs)];
    this.#served = served;
    this.#latest = latest;
  }

  /** Whether the clock has been set back since it was last read for this queue. */
  wasSetBack(now: number): boolean {
    return now < this.#latest - SET_BACK_MS;
  }

  /** Lets a clock that was set back count as if it had gone on: otherwise all would wait until it has caught up. */
  setBack(now: number): void {
    this.#limiter.setBack(this.#latest - now);
    this.#latest = now;
  }

  /** Adds a request, unless it is known: a run asks again for a lease that it has not got for long. */
  add(request: LeaseRequest): void {
    this.#limiter.setProfileLimits(request.limits);
    const isWaiting = this.#waiting.some(({ lease }) => lease === request.lease);
    if (!isWaiting && !this.#limiter.hasGranted(request.lease)) this.#waiting.push(request);
  }

  /** Drops the requests of a run that have not been granted. */
  withdraw(run: string): void {
    this.#waiting = this.#waiting.filter((request) => request.run !== run);
  }

  report(report: LeaseReport, now: number): void {
    this.#latest = Math.max(this.#latest, now);
    this.#limiter.report(report, now);
  }

  /** Grants the next lease if that may be now, else says when it may be; undefined if no request waits. */
  next(now: number): Grant | { at: number } | undefined {
    this.#latest = Math.max(this.#latest, now);
    const request = this.#first();
    if (!request) return undefined;
    const lease = this.#limiter.sizeLease(request);
    const ms = this.#limiter.leaseWaitMs(lease, now);
    if (ms > 0) return { at: now + ms };
    this.#limiter.grant(lease, now);
    this.#waiting = this.#waiting.filter((other) => other !== request);
    const waiting = new Set(this.#waiting.map(({ run }) => run));
    const served = [...this.#served.filter((run) => run !== request.run), request.run];
    this.#served = served.filter((run) => waiting.has(run));
    return { run: request.run, lease };
  }

  get waitingRuns(): readonly string[] {
    return [...new Set(this.#waiting.map(({ run }) => run))];
  }

  get state(): FairQueueState {
    const runs = groupRequests(this.#waiting);
    return { limiter: this.#limiter.state, waiting: [], runs, served: this.#served, latest: this.#latest };
  }

  /** The first request of the run that was last served longest ago. */
  #first(): LeaseRequest | undefined {
    const turns = new Map(this.#served.map((run, turn) => [run, turn]));
    const turn = ({ run }: LeaseRequest) => turns.get(run) ?? -1;
    return this.#waiting.reduce<LeaseRequest | undefined>(
      (first, request) => (first === undefined || turn(request) < turn(first) ? request : first),
      undefined,
    );
  }
}
