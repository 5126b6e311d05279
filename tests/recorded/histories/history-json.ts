/*
 * Workflow histories in readable JSON. Temporal's own JSON format is not used: the SDK fails to read it if its packages
 * have separate copies of protobufjs, as npm installs them here.
 */

/** Bytes, which are always text: payloads are JSON. */
interface Bytes {
  $text: string;
}

/** Protobuf's 64-bit integers. */
interface Long {
  low: number;
  high: number;
  unsigned: boolean;
}

/** @param edit Called for each text; replaces what is specific to one machine. */
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

/** The inverse of `historyToJson`, without the edits. */
export function historyFromJson(text: string): History {
  return JSON.parse(text, (_key, value) => {
    const { $text } = (value ?? {}) as Partial<Bytes>;
    return $text === undefined ? value : Buffer.from($text);
  });
}

/** ID of the workflow, which a replay needs: runs without a name are named by it. */
export function workflowIdOf({ events: [first] }: History): string | undefined {
  return first?.workflowExecutionStartedEventAttributes?.workflowId;
}
