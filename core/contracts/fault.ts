/**
 * Kinds of errors. The kind decides whether a retry can help.
 * - No: `input` (what the user gave), `config` (how the worker is set up), `credentials`, `quality` (a limit of the run
 *   input was exceeded), `refused` (a person rejected it, or nobody trusted has signed it), `lost` (an artifact is
 *   missing or corrupt).
 * - Maybe: `unavailable` (a service, the network), `exhausted` (disk, memory).
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

/*
 * What a failure may carry. Temporal refuses more than 2 MB of it, without telling the workflow: an activity then fails
 * by its heartbeat time-out, for ever. All lists and texts of a failure are kept far below.
 */
export const MOST_DETAILS = 50;
const MOST_CHARACTERS = 2_000;

/** An error that a person can act on: one sentence says what happened, one what to do. */
export class Fault extends Error {
  override readonly name = 'Fault';
  readonly kind: FaultKind;
  /** What to do, as a sentence. */
  readonly advice: string;
  /** The single errors, if there are several: one per field of the input, for example. */
  readonly details: readonly string[];
  /** Milliseconds to wait before a retry, if the other side asked for it (`retry-after`). */
  readonly retryAfterMs: number | undefined;
  /** It was retried often enough: no further retry, whatever the kind. */
  readonly final: boolean;

  constructor(
    kind: FaultKind,
    message: string,
    advice: string,
    {
      details = [],
      retryAfterMs,
      final = false,
      cause,
    }: { details?: readonly string[]; retryAfterMs?: number; final?: boolean; cause?: unknown } = {},
  ) {
    super(message, cause === undefined ? undefined : { cause });
    this.kind = kind;
    this.advice = advice;
    this.details = details;
    this.retryAfterMs = retryAfterMs;
    this.final = final;
  }

  /** The same fault with other properties. */
  with(changes: Partial<Pick<Fault, 'kind' | 'details' | 'final'>> & { readonly retryAfterMs?: number }): Fault {
    const { kind, message, advice, details, retryAfterMs, final, cause } = this;
    const options = { details, final, cause, ...(retryAfterMs !== undefined && { retryAfterMs }), ...changes };
    return new Fault(changes.kind ?? kind, message, advice, options);
  }

  get retryable(): boolean {
    return RETRYABLE.has(this.kind) && !this.final;
  }
}

/** A text of a failure, cut to what it may carry. */
export function cut(text: string): string {
  return text.length <= MOST_CHARACTERS ? text : `${text.slice(0, MOST_CHARACTERS).toWellFormed()}…`;
}

/** The beginning of a list, and how many more there are. @param where the whole list is, if it is anywhere. */
export function firstDetails(details: readonly string[], where?: string): string[] {
  if (details.length <= MOST_DETAILS) return details.map(cut);
  const first = details.slice(0, MOST_DETAILS - 1).map(cut);
  return [...first, `and ${details.length - first.length} more${where === undefined ? '' : `; all: ${where}`}`];
}
