import { ApplicationFailure, defaultPayloadConverter, type Payload, type PayloadConverter } from '@temporalio/common';

/**
 * Bytes of one value that crosses to Temporal. The server takes 2 MB of arguments together; above that it fails a
 * workflow task again and again, and the run neither goes on nor ends.
 */
export const MOST_BYTES = 1_000_000;

/** Parts of a value named when it is too large. */
const MAX_NAMED = 3;

/**
 * The one guard on what crosses to Temporal: arguments and results of activities and workflows (with result-guard.ts),
 * heartbeats, signals, memos, answers to queries, and what a workflow continues as new with. A value that is too large
 * fails whoever sends it, with the names of its largest parts. Everything that grows with a corpus belongs into the
 * store.
 */
export const payloadConverter: PayloadConverter = {
  toPayload<T>(value: T): Payload {
    const payload = defaultPayloadConverter.toPayload(value);
    const bytes = payload.data?.length ?? 0;
    if (bytes <= MOST_BYTES) return payload;
    const message = `A step of the run hands on ${megabytes(bytes)}, more than the ${megabytes(MOST_BYTES)} that Temporal may be given: ${largest(value)}.`;
    const advice =
      'This is a fault of Hone: please report it with this message. A run over fewer documents may succeed.';
    throw ApplicationFailure.nonRetryable(message, 'Fault', { kind: 'quality', advice, details: [] });
  },
  fromPayload: (payload) => defaultPayloadConverter.fromPayload(payload),
};

/** `refused.details 1.2 MB, skipped 0.3 MB`: the largest parts, as deep as one part makes up most of a value. */
function largest(value: unknown, path: readonly string[] = []): string {
  // A text of a million characters would have as many parts.
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return `${path.join('.') || 'a single value'} ${megabytes(sizeOf(value))}`;
  const parts = Object.entries(value)
    .map(([name, part]) => ({ name, part, bytes: sizeOf(part) }))
    .sort((a, b) => b.bytes - a.bytes);
  const [first] = parts;
  const total = parts.reduce((sum, { bytes }) => sum + bytes, 0);
  if (first && first.bytes > 0.8 * total) return largest(first.part, [...path, first.name]);
  return parts
    .slice(0, MAX_NAMED)
    .map(({ name, bytes }) => `${[...path, name].join('.')} ${megabytes(bytes)}`)
    .join(', ');
}

/** Bytes as JSON. */
function sizeOf(value: unknown): number {
  return JSON.stringify(value)?.length ?? 0;
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}
