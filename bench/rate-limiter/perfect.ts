import { RateWindow } from '../../tests/provider/rate-window.ts';

const STEP_MS = 5;

/** What a limit a minute is from some moment on (milliseconds since the start). */
export interface LimitChange {
  atMs: number;
  perMinute: number;
}

/**
 * What a client that knows everything could have spent between two moments: it spends evenly at the limit of the moment,
 * hears of a change at once, and never exceeds the server's sliding window.
 */
export function perfectUse(changes: readonly LimitChange[], untilMs: number, windowMs = 60_000): number {
  const window = new RateWindow(changes[0]?.perMinute ?? 0, windowMs);
  let used = 0;
  let earned = 0;
  for (let now = 0; now < untilMs; now += STEP_MS) {
    window.limit = changes.findLast(({ atMs }) => atMs <= now)?.perMinute ?? window.limit;
    // At most a step's worth is kept for later: what a full window holds back is not caught up with a burst.
    const step = (window.limit * STEP_MS) / windowMs;
    earned = Math.min(earned, step) + step;
    const spent = Math.min(earned, window.remaining(now));
    if (spent <= 0) continue;
    window.spend(spent, now);
    earned -= spent;
    used += spent;
  }
  return used;
}
