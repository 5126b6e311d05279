import { RateWindow } from '../../tests/provider/rate-window.ts';

const STEP_MS = 5;

/** The limit a minute from a moment on, in milliseconds since the start. */
export interface LimitChange {
  atMs: number;
  perMinute: number;
}

/**
 * What an ideal client could have used until a moment: it sends evenly at the current limit, knows of a change at once,
 * and never exceeds the server's sliding window.
 */
export function idealUse(changes: readonly LimitChange[], untilMs: number, windowMs = 60_000): number {
  const window = new RateWindow(changes[0]?.perMinute ?? 0, windowMs);
  let used = 0;
  let earned = 0;
  for (let now = 0; now < untilMs; now += STEP_MS) {
    window.limit = changes.findLast(({ atMs }) => atMs <= now)?.perMinute ?? window.limit;
    // At most one step's worth is saved: what a full window holds back is not made up for by a burst.
    const step = (window.limit * STEP_MS) / windowMs;
    earned = Math.min(earned, step) + step;
    const sent = Math.min(earned, window.remaining(now));
    if (sent <= 0) continue;
    window.spend(sent, now);
    earned -= sent;
    used += sent;
  }
  return used;
}
