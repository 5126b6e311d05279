export interface BatchTimes {
  /** Time its lines take, all together and evenly; default 0 ms: done when it is first looked at. */
  takesMs?: number;
  /** Default 0 ms. */
  validatingMs?: number;
  finalizingMs?: number;
  cancellingMs?: number;
  /** What is not done by then expires: shorter than `takesMs`, it leaves that share of the lines done. Default 24 h. */
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

export const ENDED: ReadonlySet<BatchStatus> = new Set(['failed', 'completed', 'expired', 'cancelled']);

const DAY_MS = 86_400_000;

/** When a batch created at a time runs out. */
export function expiryOf(createdAt: number, { windowMs = DAY_MS }: BatchTimes): number {
  return createdAt + windowMs;
}

/** Where a batch stands at a time, and the share of its lines that is done: both follow from when it was created and cancelled. */
export function lifeOf(
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
