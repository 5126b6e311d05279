import type { Allowance } from '../contracts/rate-limit.ts';

export const MINUTE_MS = 60_000;
/** How long a lease without a report counts in full: its run was terminated, or its activity hangs. */
const UNREPORTED_MS = 2 * MINUTE_MS;

/** Requests and tokens sent evenly between two moments; a single request has `from` equal to `to`. */
export interface Booking {
  lease: string;
  /** Milliseconds since the epoch, as is `to`. */
  from: number;
  to: number;
  requests: number;
  tokens: number;
  /** Not reported on yet, so it is unknown when it was really sent. */
  open: boolean;
}

/*
 * A log of what was sent in the last minute. Invariant: no window of a minute, wherever a server lets its own begin,
 * holds more than the limit.
 */

/** What counts against the limit at a moment that is still to come: all bookings, less what is then older than a minute. */
export function usedAt(bookings: readonly Booking[], of: Allowance, at: number): number {
  let used = 0;
  for (const booking of bookings) {
    if (booking.open) used += at < booking.from + UNREPORTED_MS ? booking[of] : 0;
    else used += booking[of] * (1 - shareBefore(booking, at - MINUTE_MS));
  }
  return used;
}

/** What a server had counted at a moment that has passed, if all leases were used as they were granted. */
export function countedAt(bookings: readonly Booking[], of: Allowance, at: number): number {
  let counted = 0;
  for (const booking of bookings) {
    counted += booking[of] * (shareBefore(booking, at) - shareBefore(booking, at - MINUTE_MS));
  }
  return counted;
}

/** The bookings that still count. */
export function withoutExpired(bookings: readonly Booking[], now: number): Booking[] {
  return bookings.filter(({ open, from, to }) => now < (open ? from + UNREPORTED_MS : to + MINUTE_MS));
}

/** A moment at which none of today's bookings counts any more. */
export function allExpiredAt(now: number): number {
  return now + UNREPORTED_MS + MINUTE_MS;
}

/** The share of a booking that was sent before a moment. */
function shareBefore({ from, to }: Booking, at: number): number {
  if (at >= to) return 1;
  return at <= from ? 0 : (at - from) / (to - from);
}
