import type { ChatOutcome } from '../../contracts/provider.ts';
import type { Lease, LeaseReport, RateLimitHeaders } from '../../contracts/rate-limit.ts';
import { sleep } from '../../primitives/sleep.ts';

/**
 * Nothing is sent later than this after the work on a lease began, whatever is left of the lease. Invariant: it is
 * shorter than the heartbeat time-out of `askChunks` (30 s, workflows/activity-proxies.ts). A process that was frozen
 * or cut off and comes back then finds its time over before its chunks can have been given to another. Requests that it
 * had sent cannot be recalled, so a chunk in flight at that moment may be asked about, and billed, twice.
 */
const SENDING_MS = 20_000;

/** Lets requests out at the rate of a lease, and records how the lease was used. */
export class LeasePacer {
  readonly #lease: Lease;
  readonly #calibration: number;
  readonly #signal: AbortSignal | undefined;
  /** Milliseconds of `performance.now()`, as are all moments here: somebody may set the wall clock meanwhile. */
  readonly #began = performance.now();
  /** By the wall clock, which alone goes on while the machine is asleep. */
  readonly #beganAt = Date.now();
  #sent = 0;
  #tokens = 0;
  #firstAt: number | undefined;
  #lastAt: number | undefined;
  #rejected = 0;
  #holdMs: number | undefined;
  /** The newest, and when they came. */
  #headers: RateLimitHeaders | undefined;
  #headersAt = 0;

  /** @param calibration billed tokens for an estimated one; default 1. */
  constructor(
    lease: Lease,
    { calibration = 1, signal }: { calibration?: number; signal?: AbortSignal | undefined } = {},
  ) {
    this.#lease = lease;
    this.#calibration = calibration;
    this.#signal = signal;
  }

  /** Whether the lease is for one request. */
  get isSingle(): boolean {
    return this.#lease.requests === 1;
  }

  /** Whether no further request may be sent. */
  get isOver(): boolean {
    const { requests, tokens = Number.POSITIVE_INFINITY } = this.#lease;
    return this.#mustStop || this.#sent >= requests || this.#tokens >= tokens;
  }

  /**
   * Waits for a request's turn.
   * @param isHeld whether the endpoint has asked this process for a pause; default: it has not.
   * @returns false if the lease is over or the endpoint has asked for a pause.
   */
  async admit(estimatedTokens: number, isHeld = () => false): Promise<boolean> {
    const { requests, tokens = Number.POSITIVE_INFINITY, spreadMs } = this.#lease;
    const cost = estimatedTokens * this.#calibration;
    // The first request may exceed the lease's tokens: a lease into which no request fits would never be used.
    if (this.isOver || (this.#sent > 0 && this.#tokens + cost > tokens)) return false;
    const turn = this.#sent++;
    this.#tokens += cost;
    const ms = this.#began + (turn * spreadMs) / requests - performance.now();
    if (ms > 0) await sleep(ms, this.#signal).catch(() => {});
    // Meanwhile another request, of this lease or of another, may have been rejected.
    if (isHeld() || this.#mustStop) {
      this.#sent--;
      this.#tokens -= cost;
      return false;
    }
    this.#lastAt = performance.now();
    this.#firstAt ??= this.#lastAt;
    return true;
  }

  /** Records the outcome of a request that was admitted. */
  record(outcome: ChatOutcome, estimatedTokens: number): void {
    if ('unsent' in outcome) return;
    if (outcome.headers) {
      this.#headers = outcome.headers;
      this.#headersAt = performance.now();
    }
    const estimate = estimatedTokens * this.#calibration;
    if ('reply' in outcome) {
      const { promptTokens, completionTokens } = outcome.reply.usage;
      this.#tokens += (promptTokens + completionTokens || estimatedTokens) - estimate;
    } else if (outcome.failure.rateLimited) {
      const { waitMs } = outcome.failure;
      this.#rejected++;
      // A rejected request has used no tokens.
      this.#tokens -= estimate;
      if (waitMs !== undefined) this.#holdMs = Math.max(this.#holdMs ?? 0, waitMs);
    }
  }

  report(): LeaseReport {
    const now = performance.now();
    const msSince = (moment = now) => Math.round(now - moment);
    return {
      lease: this.#lease.lease,
      requests: this.#sent,
      tokens: Math.max(0, Math.round(this.#tokens)),
      firstAgoMs: msSince(this.#firstAt),
      lastAgoMs: msSince(this.#lastAt),
      rejected: this.#rejected,
      holdMs: this.#holdMs,
      headers: this.#headers && { ...this.#headers, agoMs: msSince(this.#headersAt) },
    };
  }

  get #mustStop(): boolean {
    const ms = Math.max(performance.now() - this.#began, Date.now() - this.#beganAt);
    return this.#rejected > 0 || ms > SENDING_MS || (this.#signal?.aborted ?? false);
  }
}
