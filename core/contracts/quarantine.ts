import type { Failures, Quarantined } from './asking.ts';
import { Fault } from './fault.ts';

/** Chunks named beside a count; more are only counted, so that histories and results stay small. */
export const LISTED = 40;
/** Reasons kept apart; what servers say often holds a number of its own, so there is no end to them. */
const REASONS = 20;
/** Reasons spelt out when a run fails over its answers. */
const SPELT_OUT = 5;
const OTHER = 'other reasons';

export function noFailures(): Failures {
  return { count: 0, reasons: {}, examples: [] };
}

export function addFailure(failures: Failures, failed: Quarantined): void {
  addFailures(failures, { count: 1, reasons: { [failed.reason]: 1 }, examples: [failed] });
}

export function addFailures(failures: Failures, more: Failures): void {
  failures.count += more.count;
  for (const [reason, count] of Object.entries(more.reasons)) {
    const known = Object.hasOwn(failures.reasons, reason) || Object.keys(failures.reasons).length < REASONS;
    const name = known ? reason : OTHER;
    failures.reasons[name] = (failures.reasons[name] ?? 0) + count;
  }
  failures.examples.push(...more.examples.slice(0, Math.max(0, LISTED - failures.examples.length)));
}

/** The fault of a run in which more chunks have failed than may (`questions.maxFailedShare`); undefined while it may go on. */
export function tooManyFailed({ count, reasons, examples }: Failures, total: number, share: number): Fault | undefined {
  if (count <= share * total) return undefined;
  const spelt = Object.entries(reasons)
    .sort((a, b) => b[1] - a[1])
    .slice(0, SPELT_OUT)
    .map(([reason, chunks]) => `${chunks} × ${reason}`);
  return new Fault(
    'quality',
    `${count} of ${total} chunks got no usable question, more than the ${share * 100} % allowed: ${spelt.join('; ')}.`,
    'Try another model or prompt, or allow more with questions.maxFailedShare; what was answered is kept.',
    { details: examples.map(({ path, chunkId, reason }) => `${path} (chunk ${chunkId}): ${reason}`) },
  );
}
