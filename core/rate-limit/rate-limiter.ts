import {
  ALLOWANCES,
  type Allowance,
  type Lease,
  type LeaseReport,
  type LeaseRequest,
  type Limits,
  type RateLimitHeaders,
} from '../contracts/rate-limit.ts';

const MINUTE_MS = 60_000;
/** Left unused, for what the clocks of a sender, a network and a server make of one moment. */
const MARGIN = 0.01;
/** A lease is about so much of the quota: small, so that what an endpoint says is heeded soon. */
const LEASE_MS = 1000;
/** Under a small quota, a lease of a few requests takes longer: each is a step of a workflow, which is not free. */
const FEW = 5;
const FEW_MS = 5000;
/** A grant that comes late may be made up for, up to so much quota at once. */
const CATCH_UP_MS = 2000;
/** A lease that nobody reports on counts in full for so long: its run was terminated, or its batch hangs. */
const UNREPORTED_MS = 2 * MINUTE_MS;
/** Differences between our books and the headers that may be nothing but timing; anything above is somebody else's use. */
const NOISE_SHARE = 0.02;
const NOISE = 5;
/** Wait after a refusal that names none; doubled from one to the next. */
const FIRST_HOLD_MS = 1000;
const LONGEST_HOLD_MS = MINUTE_MS;
/** Finer than what the windows of servers are counted in. */
const PARTS = 4;
/** Search for the moment at which a lease fits stops at this. */
const PRECISION_MS = 5;

/** An amount sent evenly between two moments. */
interface Booking {
  lease: string;
  from: number;
  to: number;
  requests: number;
  tokens: number;
  /** Not reported on yet, so that nobody knows when it was really sent. */
  open: boolean;
}

/** All a quota knows, as a value that crosses continue-as-new. */
export interface RateLimiterState {
  profile: Limits;
  said: Limits;
  bookings: Booking[];
  /** What others on the same key use, by the endpoint's word, until its reset. */
  others: Record<Allowance, { amount: number; until: number }>;
  /** When the quota granted so far will have come in, at an even rate: no lease is granted before. */
  earned: Record<Allowance, number>;
  /** When the pause that the endpoint asked for ends; in the past if there is none. */
  heldUntil: number;
  /** Refusals since the last answer. */
  refusals: number;
}

const FRESH: RateLimiterState = {
  profile: {},
  said: {},
  bookings: [],
  others: { requests: { amount: 0, until: 0 }, tokens: { amount: 0, until: 0 } },
  earned: { requests: 0, tokens: 0 },
  heldUntil: 0,
  refusals: 0,
};

/**
 * Requests and tokens a minute as a log of what was sent and when: no minute, wherever a server lets its own begin, ever
 * holds more than the limit. On top of that leases are paced, so that a minute's quota is not gone in its first seconds.
 * Times are milliseconds since the epoch and always given, never asked for.
 */
export class RateLimiter {
  readonly state: RateLimiterState;

  constructor(state: RateLimiterState = structuredCopy(FRESH)) {
    this.state = state;
  }

  /** The profile's limits are a ceiling; headers correct below it, downward and upward. */
  declare(limits: Limits): void {
    this.state.profile = limits;
  }

  limit(of: Allowance): number {
    const { profile, said } = this.state;
    const name = of === 'requests' ? 'requestsPerMinute' : 'tokensPerMinute';
    return Math.min(profile[name] ?? Number.POSITIVE_INFINITY, said[name] ?? Number.POSITIVE_INFINITY);
  }

  /** What would be leased to somebody who asks for it, whenever it may be. */
  size({ lease, requests, tokensEach }: LeaseRequest): Lease {
    const msEach = Math.max(MINUTE_MS / this.limit('requests'), (tokensEach * MINUTE_MS) / this.limit('tokens'));
    if (msEach === 0) return { lease, requests, spreadMs: 0 };
    const few = Math.min(FEW, Math.floor(FEW_MS / msEach));
    const count = Math.max(1, Math.min(requests, Math.max(few, Math.floor(LEASE_MS / msEach))));
    const tokens = Number.isFinite(this.limit('tokens')) ? { tokens: Math.ceil(count * tokensEach) } : {};
    return { lease, requests: count, ...tokens, spreadMs: count === 1 ? 0 : Math.round(count * msEach) };
  }

  /** Milliseconds until a lease may be granted. */
  wait(lease: Lease, now: number): number {
    this.#forget(now);
    let at = Math.max(now, this.state.heldUntil);
    for (const of of ALLOWANCES) {
      if (!Number.isFinite(this.limit(of))) continue;
      at = Math.max(at, this.state.earned[of]);
      at = this.#whenFits(of, lease, at);
    }
    return Math.max(0, Math.ceil(at - now));
  }

  /** Books a lease as granted now. */
  grant(lease: Lease, now: number): void {
    for (const of of ALLOWANCES) {
      const cost = (amountOf(lease, of) * MINUTE_MS) / this.limit(of);
      this.state.earned[of] = Math.max(this.state.earned[of], now - CATCH_UP_MS) + cost;
    }
    this.state.bookings.push({
      lease: lease.lease,
      from: now,
      to: now + lease.spreadMs,
      requests: lease.requests,
      tokens: lease.tokens ?? 0,
      open: true,
    });
  }

  /** Corrects the books by what was really sent and when, and the limits by what the endpoint said. */
  report(report: LeaseReport, now: number): void {
    const booking = this.state.bookings.find(({ lease, open }) => open && lease === report.lease);
    const { requests, tokens, firstAgoMs, lastAgoMs } = report;
    // Until the next one would have been sent, so that an even flow never counts for less than its single requests do.
    const gap = requests > 1 ? (firstAgoMs - lastAgoMs) / (requests - 1) : 0;
    const sent = { from: now - firstAgoMs, to: now - lastAgoMs + gap, requests, tokens, open: false };
    if (booking) {
      this.#refund(booking, sent);
      Object.assign(booking, sent);
    } else if (requests > 0) this.state.bookings.push({ lease: report.lease, ...sent });
    if (report.said) this.#heed(report.said, now - report.said.agoMs);
    this.#hold(report, now);
  }

  #hold({ rejected, requests, holdMs }: LeaseReport, now: number): void {
    if (rejected > 0) {
      const wait = holdMs ?? Math.min(LONGEST_HOLD_MS, FIRST_HOLD_MS * 2 ** this.state.refusals);
      this.state.refusals = Math.min(this.state.refusals + 1, 10);
      this.state.heldUntil = Math.max(this.state.heldUntil, now + wait);
    } else if (requests > 0) this.state.refusals = 0;
  }

  /** What was leased and not used is there for others at once, and not only when the log has forgotten it. */
  #refund(booking: Booking, sent: Pick<Booking, Allowance>): void {
    for (const of of ALLOWANCES) {
      const unused = ((booking[of] - sent[of]) * MINUTE_MS) / this.limit(of);
      this.state.earned[of] -= unused;
    }
  }

  #heed({ requests, tokens }: { requests?: RateLimitHeaders; tokens?: RateLimitHeaders }, at: number): void {
    for (const [of, name, said] of [
      ['requests', 'requestsPerMinute', requests],
      ['tokens', 'tokensPerMinute', tokens],
    ] as const) {
      if (said?.limit !== undefined) this.state.said[name] = said.limit;
      if (said?.remaining === undefined || said.resetMs === undefined || said.limit === undefined) continue;
      const others = said.limit - said.remaining - this.#sent(of, at);
      const amount = others > said.limit * NOISE_SHARE + NOISE ? others : 0;
      this.state.others[of] = { amount, until: at + said.resetMs };
    }
  }

  /** From `at` on, the first moment at which a lease fits, all through the time in which it is sent. */
  #whenFits(of: Allowance, lease: Lease, at: number): number {
    const room = this.limit(of) - Math.floor(this.limit(of) * MARGIN);
    // What exceeds the limit by itself can only ever go out alone.
    const wanted = Math.min(amountOf(lease, of), room);
    const one = wanted / lease.requests;
    const fits = (start: number) => {
      for (let part = 1; part <= PARTS; part++) {
        const sent = Math.min(wanted, (wanted * part) / PARTS + one);
        if (this.#used(of, start + (lease.spreadMs * (part - 1)) / PARTS) + sent > room) return false;
      }
      return true;
    };
    if (fits(at)) return at;
    // Use only ever falls from here on, so the moment can be searched for.
    let early = at;
    let late = Math.max(at + UNREPORTED_MS, this.state.others[of].until) + MINUTE_MS;
    while (late - early > PRECISION_MS) {
      const middle = (early + late) / 2;
      if (fits(middle)) late = middle;
      else early = middle;
    }
    return late;
  }

  /** What counts at a moment that has not come yet: everything booked but what has grown older than a minute by then. */
  #used(of: Allowance, at: number): number {
    const { amount, until } = this.state.others[of];
    let used = at < until ? amount : 0;
    for (const booking of this.state.bookings) {
      if (booking.open) used += at < booking.from + UNREPORTED_MS ? booking[of] : 0;
      else used += booking[of] * (1 - shareBefore(booking, at - MINUTE_MS));
    }
    return used;
  }

  /** What a server had counted at a moment that has been, if all leases were used as they were granted. */
  #sent(of: Allowance, at: number): number {
    let sent = 0;
    for (const booking of this.state.bookings) {
      sent += booking[of] * (shareBefore(booking, at) - shareBefore(booking, at - MINUTE_MS));
    }
    return sent;
  }

  #forget(now: number): void {
    this.state.bookings = this.state.bookings.filter(
      ({ open, from, to }) => now < (open ? from + UNREPORTED_MS : to + MINUTE_MS),
    );
  }
}

function amountOf(lease: Lease, of: Allowance): number {
  return (of === 'requests' ? lease.requests : lease.tokens) ?? 0;
}

function shareBefore({ from, to }: Booking, at: number): number {
  if (at >= to) return 1;
  return at <= from ? 0 : (at - from) / (to - from);
}

/** `structuredClone` is not there in the workflow sandbox. */
function structuredCopy<T>(value: T): T {
  return JSON.parse(JSON.stringify(value));
}
