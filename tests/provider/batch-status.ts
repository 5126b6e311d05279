/** Durations of the states of a batch, in milliseconds. */
export interface BatchTimes {
  /** Time in progress, during which the lines are answered evenly. Default 0: done when it is first retrieved. */
  takesMs?: number;
  /** Default 0. */
  validatingMs?: number;
  /** Default 0. */
  finalizingMs?: number;
  /** Default 0. */
  cancellingMs?: number;
  /** Time after which the batch expires, with the lines that were answered by then. Default 24 h. */
  windowMs?: number;
}

export type BatchStatus =
  | 'validating'
  | 'failed'
  | 'in_progress'
  | 'finalizing'
  | 'completed'
  | 'expired'
  | 'cancelling'
  | 'cancelled';

/** The final states. */
export const ENDED: ReadonlySet<BatchStatus> = new Set(['failed', 'completed', 'expired', 'cancelled']);

const DAY_MS = 86_400_000;

/** Time at which a batch expires, in milliseconds since the epoch. */
export function expiryOf(createdAt: number, { windowMs = DAY_MS }: BatchTimes): number {
  return createdAt + windowMs;
}

/** The state of a batch at a time, and the share of its lines that is answered by then (0 to 1). */
export function statusAt(
  { createdAt, cancelledAt, valid }: { createdAt: number; cancelledAt: number | undefined; valid: boolean },
  times: BatchTimes,
  now: number,
): { status: BatchStatus; share: number } {
  const { takesMs = 0, validatingMs = 0, finalizingMs = 0, cancellingMs = 0 } = times;
  const begins = createdAt + validatingMs;
  if (now < begins) return { status: 'validating', share: 0 };
  if (!valid) return { status: 'failed', share: 0 };
  const ends = begins + takesMs;
  const expires = expiryOf(createdAt, times);
  const stops = Math.min(now, expires, cancelledAt ?? Number.POSITIVE_INFINITY);
  const share = takesMs === 0 ? 1 : Math.min(1, Math.max(0, (stops - begins) / takesMs));
  const status = (): BatchStatus => {
    if (cancelledAt !== undefined) return now < cancelledAt + cancellingMs ? 'cancelling' : 'cancelled';
    if (ends > expires && now >= expires) return 'expired';
    if (now < ends) return 'in_progress';
    return now < ends + finalizingMs ? 'finalizing' : 'completed';
  };
  return { status: status(), share };
}
