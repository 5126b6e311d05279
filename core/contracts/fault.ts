/**
 * What kind of thing went wrong. It decides whether a retry can help:
 * `input` (what the user gave), `config` (how the worker is set up), `credentials`, `quality` (a gate said no), `refused` (a
 * person did) and `lost` (an artifact is gone or rotten) never do;
 * `unavailable` (a service, the network) and `exhausted` (disk, memory) may.
 */
export const FAULT_KINDS = [
  'input',
  'config',
  'credentials',
  'quality',
  'refused',
  'lost',
  'unavailable',
  'exhausted',
] as const;
export type FaultKind = (typeof FAULT_KINDS)[number];

const RETRYABLE: ReadonlySet<FaultKind> = new Set(['unavailable', 'exhausted']);

/** An error a person can act on: one sentence of what happened, one of what to do about it. */
export class Fault extends Error {
  override readonly name = 'Fault';
  readonly kind: FaultKind;
  /** What to do, as a sentence. */
  readonly advice: string;
  /** Every single fault where there are several (one a field of the input, say). */
  readonly details: readonly string[];
  /** Not before this many milliseconds from now, where the other side said so (`retry-after`). */
  readonly retryAfterMs: number | undefined;

  constructor(
    kind: FaultKind,
    message: string,
    advice: string,
    { details = [], retryAfterMs, cause }: { details?: readonly string[]; retryAfterMs?: number; cause?: unknown } = {},
  ) {
    super(message, cause === undefined ? undefined : { cause });
    this.kind = kind;
    this.advice = advice;
    this.details = details;
    this.retryAfterMs = retryAfterMs;
  }

  get retryable(): boolean {
    return RETRYABLE.has(this.kind);
  }
}
