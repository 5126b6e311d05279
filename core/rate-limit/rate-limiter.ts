import {
  ALLOWANCES,
  type Allowance,
  type Lease,
  type LeaseReport,
  type LeaseRequest,
  type Limits,
  type RateLimitHeaders,
} from '../contracts/rate-limit.ts';
import { allExpiredAt, type Booking, countedAt, MINUTE_MS, usedAt, withoutExpired } from './sliding-window.ts';

/** Share of each limit left unused: clocks of sender, network and server disagree about one moment. */
const MARGIN = 0.01;
/** Quota that a lease holds, as time at the full rate: short, so that changed limits take effect soon. */
const LEASE_MS = 1000;
/** Under a small limit a lease holds a few requests and takes longer, as each lease costs an activity. */
const FEW_REQUESTS = 5;
const FEW_REQUESTS_MS = 5000;
/** A lease that was granted late may be made up for: so much quota at once. */
const CATCH_UP_MS = 2000;
/** Use by others that may be nothing but timing: share of the limit, plus a constant for small limits. */
const NOISE_SHARE = 0.02;
const NOISE = 5;
/** Pause after a rejection that names none; doubled from one to the next. */
const FIRST_HOLD_MS = 1000;
const LONGEST_HOLD_MS = MINUTE_MS;
const MOST_DOUBLINGS = 10;
/** Moments of a lease's spread at which it must fit; finer than the steps in which servers count. */
const PARTS = 4;
/** The search for the moment at which a lease fits ends at this. */
const PRECISION_MS = 5;

const LIMIT_NAMES = { requests: 'requestsPerMinute', tokens: 'tokensPerMinute' } as const;

/**
 * Everything that a rate limiter knows, as a value that crosses continue-as-new. Times: milliseconds since the epoch.
 */
export interface RateLimiterState {
  /** Limits that the profile names: a ceiling. */
  profile: Limits;
  /** Limits of the newest headers. */
  headers: Limits;
  bookings: Booking[];
  /** What other users of the same key take of the limit, until the endpoint resets. */
  others: Record<Allowance, { amount: number; until: number }>;
  /** When the quota of all granted leases is earned at an even rate: no lease is granted before. */
  earnedAt: Record<Allowance, number>;
  /** End of the pause that the endpoint asked for; in the past where there is none. */
  heldUntil: number;
  /** Reports with rejections since the last without. */
  rejections: number;
}

function emptyState(): RateLimiterState {
  return {
    profile: {},
    headers: {},
    bookings: [],
    others: { requests: { amount: 0, until: 0 }, tokens: { amount: 0, until: 0 } },
    earnedAt: { requests: 0, tokens: 0 },
    heldUntil: 0,
    rejections: 0,
  };
}

/**
 * Keeps requests and tokens within the limits of a key. It is used in two places: by the rate limiter workflow, which
 * grants leases to the whole fleet, and in a worker's process, for requests that have no lease.
 *
 * - The profile's limits are a ceiling: the profile may name one team's share of a key.
 * - Headers correct the limits below that ceiling, downward and upward again, as an endpoint may lower a limit for a
 *   while only.
 * - What other users of the key take is inferred from the `remaining` header: it is what is missing beside our own use.
 *   It counts until the endpoint's reset. Others count only where they leave less than our own limit does.
 *
 * Pure: state in, decision out. Times are milliseconds of any one clock, which the caller reads.
 */
export class RateLimiter {
  readonly state: RateLimiterState;

  constructor(state: RateLimiterState = emptyState()) {
    this.state = state;
  }

  setProfileLimits(limits: Limits): void {
    this.state.profile = limits;
  }

  /** Per minute; infinite while no limit is known. */
  limit(of: Allowance): number {
    const { profile, headers } = this.state;
    const name = LIMIT_NAMES[of];
    return Math.min(profile[name] ?? Number.POSITIVE_INFINITY, headers[name] ?? Number.POSITIVE_INFINITY);
  }

  /** The lease that a request for one will be granted, whenever that is: about a second of the smaller limit. */
  sizeLease({ lease, requests, tokensPerRequest }: LeaseRequest): Lease {
    const msEach = Math.max(MINUTE_MS / this.limit('requests'), (tokensPerRequest * MINUTE_MS) / this.limit('tokens'));
    if (msEach === 0) return { lease, requests, spreadMs: 0 };
    const few = Math.min(FEW_REQUESTS, Math.floor(FEW_REQUESTS_MS / msEach));
    const count = Math.max(1, Math.min(requests, Math.max(few, Math.floor(LEASE_MS / msEach))));
    const tokens = Number.isFinite(this.limit('tokens')) ? { tokens: Math.ceil(count * tokensPerRequest) } : {};
    return { lease, requests: count, ...tokens, spreadMs: count === 1 ? 0 : Math.round(count * msEach) };
  }

  /**
   * Milliseconds until a lease may be granted. Leases come at an even rate, so that no minute's quota is gone at once.
   */
  leaseWaitMs(lease: Lease, now: number): number {
    return this.#waitMs(lease, now, (of) => this.state.earnedAt[of]);
  }

  /** Milliseconds until a single request may be sent: as soon as it fits into the minute. */
  requestWaitMs(tokens: number, now: number): number {
    return this.#waitMs({ requests: 1, tokens, spreadMs: 0 }, now, () => now);
  }

  /** The part of that wait which nothing of ours ends: a pause of the endpoint's, or others using up the key. */
  imposedWaitMs(tokens: number, now: number): number {
    let at = Math.max(now, this.state.heldUntil);
    for (const of of ALLOWANCES) {
      if (!Number.isFinite(this.limit(of))) continue;
      const { amount, until } = this.state.others[of];
      const room = this.#room(of);
      if (amount + Math.min(of === 'requests' ? 1 : tokens, room) > room) at = Math.max(at, until);
    }
    return at - now;
  }

  /** Books a lease as granted now; a report on it follows. */
  grant(lease: Lease, now: number): void {
    for (const of of ALLOWANCES) {
      const cost = (amountOf(lease, of) * MINUTE_MS) / this.limit(of);
      this.state.earnedAt[of] = Math.max(this.state.earnedAt[of], now - CATCH_UP_MS) + cost;
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

  /** Whether the lease was granted and nothing has been reported about it. */
  hasGranted(lease: string): boolean {
    return this.state.bookings.some((booking) => booking.open && booking.lease === lease);
  }

  /** Corrects a lease's booking by what was really sent and when, and the limits by what the endpoint answered. */
  report(report: LeaseReport, now: number): void {
    const booking = this.state.bookings.find(({ lease, open }) => open && lease === report.lease);
    const { requests, tokens, firstAgoMs, lastAgoMs } = report;
    // Until the next request would have been sent: an even flow must not count for less than its single requests.
    const gap = requests > 1 ? (firstAgoMs - lastAgoMs) / (requests - 1) : 0;
    // The id is needed no more, and a minute has thousands of bookings.
    const sent = { lease: '', from: now - firstAgoMs, to: now - lastAgoMs + gap, requests, tokens, open: false };
    if (booking) {
      this.#refund(booking, sent);
      Object.assign(booking, sent);
    } else if (requests > 0) this.state.bookings.push(sent);
    if (report.headers) this.updateFromHeaders(report.headers, now - report.headers.agoMs);
    this.#updateHold(report, now);
  }

  /**
   * Books a single request as sent now. The function returned corrects its tokens once the endpoint has counted them.
   */
  book(tokens: number, now: number): (counted: number) => void {
    const booking = { lease: '', from: now, to: now, requests: 1, tokens, open: false };
    this.state.bookings.push(booking);
    return (counted) => {
      booking.tokens = counted;
    };
  }

  /** Corrects the limits, and what others use, by the headers of a response that came at `at`. */
  updateFromHeaders(headers: RateLimitHeaders, at: number): void {
    for (const of of ALLOWANCES) {
      const { limit, remaining, resetMs } = headers[of];
      if (limit !== undefined) this.state.headers[LIMIT_NAMES[of]] = limit;
      const ours = this.limit(of);
      if (remaining === undefined || resetMs === undefined || !Number.isFinite(ours)) continue;
      const others = ours - countedAt(this.state.bookings, of, at) - remaining;
      const amount = others > ours * NOISE_SHARE + NOISE ? others : 0;
      this.state.others[of] = { amount, until: at + resetMs };
    }
  }

  /** Nothing is granted or sent before `until`, as the endpoint asked for a pause. */
  holdUntil(until: number): void {
    this.state.heldUntil = Math.max(this.state.heldUntil, until);
  }

  /** Moves all moments that it knows by this many milliseconds into the past. */
  setBack(ms: number): void {
    const { bookings, others, earnedAt } = this.state;
    this.state.bookings = bookings.map((booking) => ({ ...booking, from: booking.from - ms, to: booking.to - ms }));
    this.state.heldUntil -= ms;
    for (const of of ALLOWANCES) {
      earnedAt[of] -= ms;
      others[of].until -= ms;
    }
  }

  #updateHold({ rejected, requests, holdMs }: LeaseReport, now: number): void {
    if (rejected > 0) {
      this.holdUntil(now + (holdMs ?? Math.min(LONGEST_HOLD_MS, FIRST_HOLD_MS * 2 ** this.state.rejections)));
      this.state.rejections = Math.min(this.state.rejections + 1, MOST_DOUBLINGS);
    } else if (requests > 0) this.state.rejections = 0;
  }

  /** What was leased and not used is there for others at once, and not only when its booking has expired. */
  #refund(booking: Booking, sent: Record<Allowance, number>): void {
    for (const of of ALLOWANCES) {
      this.state.earnedAt[of] -= ((booking[of] - sent[of]) * MINUTE_MS) / this.limit(of);
    }
  }

  #waitMs(wanted: Omit<Lease, 'lease'>, now: number, earliest: (of: Allowance) => number): number {
    this.state.bookings = withoutExpired(this.state.bookings, now);
    let at = Math.max(now, this.state.heldUntil);
    for (const of of ALLOWANCES) {
      if (Number.isFinite(this.limit(of))) at = this.#whenFits(of, wanted, Math.max(at, earliest(of)));
    }
    return Math.max(0, Math.ceil(at - now));
  }

  #room(of: Allowance): number {
    return this.limit(of) - Math.floor(this.limit(of) * MARGIN);
  }

  /** The first moment from `at` on at which `wanted` fits, all through the time in which it is sent. */
  #whenFits(of: Allowance, wanted: Omit<Lease, 'lease'>, at: number): number {
    const { bookings, others } = this.state;
    const { amount: othersAmount, until } = others[of];
    const room = this.#room(of);
    // What exceeds the limit by itself can only be sent alone.
    const amount = Math.min(amountOf(wanted, of), room);
    const each = amount / wanted.requests;
    const parts = wanted.spreadMs === 0 ? 1 : PARTS;
    const fits = (start: number) => {
      for (let part = 1; part <= parts; part++) {
        const moment = start + (wanted.spreadMs * (part - 1)) / parts;
        const used = usedAt(bookings, of, moment) + (moment < until ? othersAmount : 0);
        if (used + Math.min(amount, (amount * part) / parts + each) > room) return false;
      }
      return true;
    };
    if (fits(at)) return at;
    // Use only falls from here on, so that the moment can be found by bisection.
    let early = at;
    let late = Math.max(allExpiredAt(at), until + MINUTE_MS);
    while (late - early > PRECISION_MS) {
      const middle = (early + late) / 2;
      if (fits(middle)) late = middle;
      else early = middle;
    }
    return late;
  }
}

function amountOf(lease: Omit<Lease, 'lease'>, of: Allowance): number {
  return (of === 'requests' ? lease.requests : lease.tokens) ?? 0;
}
