/**
 * How long an endpoint may answer nothing. Before its first answer it is probably set up wrongly; after that, an outage
 * of a night is waited for. One that throttles every request is there: a quota of a day is waited for.
 */
const MAX_SILENCE_MS = { before: 15 * 60_000, after: 12 * 3_600_000, throttled: 26 * 3_600_000 };
/** Leases in a row without an answer, at least: a run whose workers were stopped meanwhile has not asked. */
const MIN_SILENT_LEASES = 10;

interface Asked {
  /** When the first of the leases in a row that got no answer ended, in milliseconds since the epoch. */
  readonly silentSince?: number | undefined;
  /** These leases. */
  readonly consecutiveFailures: number;
  /** They were throttled, every one. */
  readonly throttled?: boolean | undefined;
  /** Something was answered before them. */
  readonly hasAnswered: boolean;
}

/** Milliseconds for which the endpoint has answered nothing; undefined if that is not too long yet. */
export function silenceTooLong(asked: Asked, now: number): number | undefined {
  const { silentSince = now, consecutiveFailures, throttled, hasAnswered } = asked;
  const ms = now - silentSince;
  const outage = hasAnswered ? MAX_SILENCE_MS.after : MAX_SILENCE_MS.before;
  const allowed = throttled ? MAX_SILENCE_MS.throttled : outage;
  return ms < allowed || consecutiveFailures < MIN_SILENT_LEASES ? undefined : ms;
}
