import { setTimeout as sleep } from 'node:timers/promises';
import type { ChatOutcome } from '../../contracts/provider.ts';
import type { Lease, LeaseReport, RateLimitHeaders } from '../../contracts/rate-limit.ts';

/**
 * Nothing is sent later than this after a batch began, whatever is left of its lease. It is shorter than the time-out by
 * which a silent worker is given up (30 s, workflows/activity-proxies.ts): a process that was frozen or cut off and comes back finds
 * that its time is over before anybody else can have been given its chunks. What it had already sent cannot be called
 * back, so a chunk in flight at that moment may be asked about, and billed, twice.
 */
const SENDING_MS = 20_000;

/** Lets the requests of one batch out at the pace of its lease, and keeps account of them. */
export class LeaseMeter {
  readonly #lease: Lease;
  readonly #calibration: number;
  readonly #signal: AbortSignal | undefined;
  /** The clock that goes on while the process is stopped or the machine asleep. */
  readonly #began = Date.now();
  #sent = 0;
  #tokens = 0;
  #first: number | undefined;
  #last = 0;
  #rejected = 0;
  #holdMs: number | undefined;
  #headers: (RateLimitHeaders & { at: number }) | undefined;

  /** @param calibration counted tokens for an estimated one. */
  constructor(
    lease: Lease,
    { calibration = 1, signal }: { calibration?: number; signal?: AbortSignal | undefined } = {},
  ) {
    this.#lease = lease;
    this.#calibration = calibration;
    this.#signal = signal;
  }

  /** Whether a request may still go out at all. */
  get isOver(): boolean {
    const { requests, tokens = Number.POSITIVE_INFINITY } = this.#lease;
    return (
      this.#rejected > 0 ||
      this.#sent >= requests ||
      this.#tokens >= tokens ||
      Date.now() - this.#began > SENDING_MS ||
      (this.#signal?.aborted ?? false)
    );
  }

  /** Waits for the request's turn. False: the lease is used up, or the endpoint has asked for a pause. */
  async admit(estimatedTokens: number, isHeld = () => false): Promise<boolean> {
    const { requests, tokens = Number.POSITIVE_INFINITY, spreadMs } = this.#lease;
    const cost = estimatedTokens * this.#calibration;
    // The first may cost what it will: a lease that not even one request fits would never be used.
    if (this.isOver || (this.#sent > 0 && this.#tokens + cost > tokens)) return false;
    const turn = this.#sent++;
    this.#tokens += cost;
    const ms = this.#began + (turn * spreadMs) / requests - Date.now();
    if (ms > 0) await sleep(ms, undefined, this.#signal && { signal: this.#signal }).catch(() => {});
    // Others may have been refused meanwhile, of this batch or of another.
    if (isHeld() || this.#rejected > 0 || this.#signal?.aborted || Date.now() - this.#began > SENDING_MS) {
      this.#sent--;
      this.#tokens -= cost;
      return false;
    }
    this.#last = Date.now();
    this.#first ??= this.#last;
    return true;
  }

  /** Records how a request that was admitted ended. */
  record(outcome: ChatOutcome, estimatedTokens: number): void {
    if ('unsent' in outcome) return;
    if (outcome.headers) this.#headers = { ...outcome.headers, at: Date.now() };
    if ('reply' in outcome) {
      const { promptTokens, completionTokens } = outcome.reply.usage;
      this.#tokens += (promptTokens + completionTokens || estimatedTokens) - estimatedTokens * this.#calibration;
    } else if (outcome.failure.rateLimited) {
      const { waitMs } = outcome.failure;
      this.#rejected++;
      // What was refused has used none of the tokens.
      this.#tokens -= estimatedTokens * this.#calibration;
      if (waitMs !== undefined) this.#holdMs = Math.max(this.#holdMs ?? 0, waitMs);
    }
  }

  report(): LeaseReport {
    const now = Date.now();
    return {
      lease: this.#lease.lease,
      requests: this.#sent,
      tokens: Math.max(0, Math.round(this.#tokens)),
      firstAgoMs: now - (this.#first ?? now),
      lastAgoMs: now - (this.#last || now),
      rejected: this.#rejected,
      ...(this.#holdMs !== undefined && { holdMs: this.#holdMs }),
      ...(this.#headers && {
        headers: { requests: this.#headers.requests, tokens: this.#headers.tokens, agoMs: now - this.#headers.at },
      }),
    };
  }
}
