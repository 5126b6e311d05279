import type { Lease, LeaseReport, LeaseRequest } from '../contracts/rate-limit.ts';
import { RateLimiter, type RateLimiterState } from './rate-limiter.ts';

/** Everything that the rate limiter workflow carries over when it continues as new. */
export interface FairQueueState {
  limiter?: RateLimiterState;
  waiting: LeaseRequest[];
  /** Waiting runs in the order in which they were last granted a lease. */
  served: string[];
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

  constructor({ limiter, waiting, served }: FairQueueState = { waiting: [], served: [] }) {
    this.#limiter = new RateLimiter(limiter);
    this.#waiting = waiting;
    this.#served = served;
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
    this.#limiter.report(report, now);
  }

  /** Grants the next lease if that may be now, else says when it may be; undefined if no request waits. */
  next(now: number): Grant | { at: number } | undefined {
    const request = this.#first();
    if (!request) return undefined;
    const lease = this.#limiter.sizeLease(request);
    const ms = this.#limiter.leaseWaitMs(lease, now);
    if (ms > 0) return { at: now + ms };
    this.#limiter.grant(lease, now);
    this.#waiting = this.#waiting.filter((other) => other !== request);
    this.#served = [...this.#served.filter((run) => run !== request.run), request.run].filter((run) =>
      this.#waiting.some((other) => other.run === run),
    );
    return { run: request.run, lease };
  }

  get waitingRuns(): readonly string[] {
    return [...new Set(this.#waiting.map(({ run }) => run))];
  }

  get state(): FairQueueState {
    return { limiter: this.#limiter.state, waiting: this.#waiting, served: this.#served };
  }

  /** The first request of the run that was last served longest ago. */
  #first(): LeaseRequest | undefined {
    const turn = ({ run }: LeaseRequest) => this.#served.indexOf(run);
    return this.#waiting.reduce<LeaseRequest | undefined>(
      (first, request) => (first === undefined || turn(request) < turn(first) ? request : first),
      undefined,
    );
  }
}
