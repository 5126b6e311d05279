import { Fault } from './fault.ts';

/** A chunk that ends without a question. */
export interface QuarantinedChunk {
  chunkId: string;
  path: string;
  reason: string;
}

/** Chunks without a question: a few of them by name, all by number and reason. */
export interface Failures {
  count: number;
  /** Reason -> chunks. */
  reasons: Record<string, number>;
  examples: QuarantinedChunk[];
}

/** Chunks listed by name; more are only counted, so that histories and results stay small. */
export const MAX_LISTED = 40;
/** Reasons counted apart. What servers say often holds a number of its own, so reasons may be as many as chunks. */
const MAX_REASONS = 20;
/** Reasons named when a run fails over its answers. */
const MAX_NAMED = 5;
const OTHER = 'other reasons';

export function noFailures(): Failures {
  return { count: 0, reasons: {}, examples: [] };
}

/** Adds one failure, in place. */
export function addFailure(failures: Failures, failed: QuarantinedChunk): void {
  addFailures(failures, { count: 1, reasons: { [failed.reason]: 1 }, examples: [failed] });
}

/** Adds failures, in place. */
export function addFailures(failures: Failures, more: Failures): void {
  failures.count += more.count;
  for (const [reason, count] of Object.entries(more.reasons)) {
    const counted = Object.hasOwn(failures.reasons, reason) || Object.keys(failures.reasons).length < MAX_REASONS;
    const name = counted ? reason : OTHER;
    failures.reasons[name] = (failures.reasons[name] ?? 0) + count;
  }
  failures.examples.push(...more.examples.slice(0, Math.max(0, MAX_LISTED - failures.examples.length)));
}

/** The fault of a run in which more chunks failed than `questions.maxFailedShare` allows; undefined below that. */
export function tooManyFailed({ count, reasons, examples }: Failures, total: number, share: number): Fault | undefined {
  if (count <= share * total) return undefined;
  const named = Object.entries(reasons)
    .sort((a, b) => b[1] - a[1])
    .slice(0, MAX_NAMED)
    .map(([reason, chunks]) => `${chunks} × ${reason}`);
  return new Fault(
    'quality',
    `${count} of ${total} chunks got no usable question, more than the ${share * 100} % allowed: ${named.join('; ')}.`,
    'Try another model or prompt, or allow more with questions.maxFailedShare; what was answered is kept.',
    { details: examples.map(({ path, chunkId, reason }) => `${path} (chunk ${chunkId}): ${reason}`) },
  );
}
