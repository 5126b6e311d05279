/*
 * A history as the server answers it, in JSON that people can read. Temporal's own JSON form would do, but the SDK's
 * reader of it fails wherever its packages have each got a protobufjs of their own, as npm lays them out for us.
 */

/** Bytes are text in all that we and the SDK write: payloads are JSON. */
interface Bytes {
  $text: string;
}

/** Protobuf's 64-bit integers. */
interface Long {
  low: number;
  high: number;
  unsigned: boolean;
}

/** @param edit What a text becomes: the place to take out what is one machine's alone. */
export function historyToJson(history: object, edit: (text: string) => string): string {
  const plain = (value: unknown): unknown => {
    if (value instanceof Uint8Array) return { $text: edit(Buffer.from(value).toString()) } satisfies Bytes;
    if (typeof value === 'string') return edit(value);
    if (Array.isArray(value)) return value.map(plain);
    if (typeof value !== 'object' || value === null) return value;
    const { low, high } = value as Partial<Long>;
    if (low !== undefined && high !== undefined) return high * 2 ** 32 + (low >>> 0);
    const kept = Object.entries(value).filter(
      ([key, inner]) => inner !== null && inner !== undefined && !['identity', 'stackTrace'].includes(key),
    );
    return Object.fromEntries(kept.map(([key, inner]) => [key, plain(inner)]));
  };
  return JSON.stringify(plain(history), undefined, 1);
}

interface History {
  events: { workflowExecutionStartedEventAttributes?: { workflowId: string } }[];
}

export function historyFromJson(text: string): History {
  return JSON.parse(text, (_key, value) => {
    const { $text } = (value ?? {}) as Partial<Bytes>;
    return $text === undefined ? value : Buffer.from($text);
  });
}

/** A run without a name is called by its id, so it must have the same again. */
export function workflowIdOf({ events: [first] }: History): string | undefined {
  return first?.workflowExecutionStartedEventAttributes?.workflowId;
}
