import { setTimeout as sleep } from 'node:timers/promises';

/** A kind of request: what it is called in the table, and how one is sent. */
export interface Kind {
  readonly name: string;
  send(): Promise<Response>;
}

/** Milliseconds from when each request of a kind was due to the end of its answer. */
export interface Latencies {
  readonly kind: string;
  readonly milliseconds: readonly number[];
}

/**
 * Sends requests at a steady rate, the kinds in turn, whether those before are answered or not. A request that leaves
 * late counts from when it was due, as otherwise a server that stalls would be asked less.
 * @param perSecond Requests of all kinds together.
 * @throws Error if a request is refused or fails.
 */
export async function sendSteadily(kinds: readonly Kind[], perSecond: number, seconds: number): Promise<Latencies[]> {
  const began = performance.now();
  const results = kinds.map(({ name }) => ({ kind: name, milliseconds: [] as number[] }));
  const open: Promise<void>[] = [];
  for (let sent = 0; sent < perSecond * seconds; sent++) {
    const due = began + (sent * 1000) / perSecond;
    await sleep(Math.max(0, due - performance.now()));
    const at = sent % kinds.length;
    open.push(answered(kinds[at] as Kind).then(() => void results[at]?.milliseconds.push(performance.now() - due)));
  }
  await Promise.all(open);
  return results;
}

/** Sends requests of a kind, so many at a time, as fast as they are answered. @throws as `sendSteadily` */
export async function sendAtOnce(kind: Kind, count: number, atOnce: number): Promise<Latencies> {
  const milliseconds: number[] = [];
  let left = count;
  const client = async () => {
    while (left-- > 0) {
      const began = performance.now();
      await answered(kind);
      milliseconds.push(performance.now() - began);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, client));
  return { kind: kind.name, milliseconds };
}

async function answered({ name, send }: Kind): Promise<void> {
  const response = await send();
  const text = await response.text();
  if (!response.ok) throw new Error(`${name}: ${response.status} ${text}`);
}

/** The value below which this share of the sorted values lies (nearest rank). */
export function quantile(sorted: readonly number[], share: number): number {
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
}
