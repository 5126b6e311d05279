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

/** Reason -> ids of the chunks that end without a question for that reason. */
export type RefusedChunks = Record<string, string[]>;

/** Refused chunks kept with their reasons while a run asks; more are only counted. */
const MAX_REFUSED = 2000;
/** Characters of a path, its end, and of a reason, its beginning, where many may be listed. */
const MAX_PATH = 200;
const MAX_REASON = 300;

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
    countReason(failures.reasons, reason, count);
  }
  const room = Math.max(0, MAX_LISTED - failures.examples.length);
  failures.examples.push(...more.examples.slice(0, room).map(briefly));
}

/** Adds to the count of a reason, in place; of many different reasons, the later ones count as one. */
export function countReason(reasons: Record<string, number>, reason: string, count: number): void {
  const name = nameIn(reasons, reason);
  reasons[name] = (reasons[name] ?? 0) + count;
}

/** Adds one chunk, in place. */
export function addRefused(refused: RefusedChunks, { chunkId, reason }: QuarantinedChunk): void {
  if (Object.values(refused).reduce((sum, ids) => sum + ids.length, 0) >= MAX_REFUSED) return;
  const name = nameIn(refused, reason);
  refused[name] = [...(refused[name] ?? []), chunkId];
}

/** The same, with path and reason short enough for a list in a workflow's history. */
export function briefly<T extends QuarantinedChunk>(chunk: T): T {
  const { path, reason } = chunk;
  const end = path.length > MAX_PATH ? `…${path.slice(-MAX_PATH).toWellFormed()}` : path;
  return { ...chunk, path: end, reason: clip(reason) };
}

/** The name under which a reason is kept. */
function nameIn(reasons: Readonly<Record<string, unknown>>, reason: string): string {
  const name = clip(reason);
  return Object.hasOwn(reasons, name) || Object.keys(reasons).length < MAX_REASONS ? name : OTHER;
}

function clip(reason: string): string {
  return reason.length > MAX_REASON ? `${reason.slice(0, MAX_REASON).toWellFormed()}…` : reason;
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
