import type { ArtifactStore } from '../../core/contracts/artifact-store.ts';
import { ledgerKeys } from '../../core/questions/ledger/ledger.ts';

/** Counts requests by ledger key, and which repetitions are excused because a killed worker lost the answer. */
export class RepeatedRequests {
  readonly #keys: ReadonlyMap<string, string>;
  readonly #counts = new Map<string, number>();
  readonly #excused = new Set<string>();

  /** @param keys Of all prompts that may be sent: text -> ledger key. */
  constructor(keys: ReadonlyMap<string, string>) {
    this.#keys = keys;
  }

  /** Counts a request with this prompt. */
  record(prompt: string): void {
    const key = this.#keys.get(prompt);
    if (key !== undefined) this.#counts.set(key, (this.#counts.get(key) ?? 0) + 1);
  }

  /** Number of different keys requested. */
  get keys(): number {
    return this.#counts.size;
  }

  /** Number of requests beyond the first of each key. */
  get repeated(): number {
    return [...this.#counts.values()].reduce((sum, count) => sum + count - 1, 0);
  }

  /**
   * Excuses the next request for each key that is not in the ledger. Called as soon as a worker is dead: the answers it
   * had not stored are among these keys, besides those that other workers have in flight.
   * @returns the number of these keys.
   */
  async excuseUnstored(store: ArtifactStore): Promise<number> {
    const requested = [...this.#counts];
    const stored = new Set<string>();
    for await (const key of ledgerKeys(store)) stored.add(key);
    const unstored = requested.filter(([key]) => !stored.has(key));
    for (const [key, count] of unstored) this.#excused.add(nth(key, count));
    return unstored.length;
  }

  /** Repetitions for which no killed worker can have lost the answer before. */
  get unexcused(): string[] {
    return [...this.#counts].flatMap(([key, count]) =>
      Array.from({ length: count - 1 }, (_, index) => nth(key, index + 1)).filter(
        (request) => !this.#excused.has(request),
      ),
    );
  }
}

function nth(key: string, count: number): string {
  return `${key}, request ${count}`;
}
