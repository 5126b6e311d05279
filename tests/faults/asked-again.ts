import type { ArtifactStore } from '../../core/contracts/artifact-store.ts';
import { ledgerKeys } from '../../core/questions/ledger/ledger.ts';

/** Who was asked for what how often, by ledger key, and which askings the death of a worker excuses. */
export class AskedAgain {
  readonly #keys: ReadonlyMap<string, string>;
  readonly #times = new Map<string, number>();
  readonly #lost = new Set<string>();

  /** @param keys Of the prompts there may be: text -> ledger key. */
  constructor(keys: ReadonlyMap<string, string>) {
    this.#keys = keys;
  }

  hear(prompt: string): void {
    const key = this.#keys.get(prompt);
    if (key !== undefined) this.#times.set(key, (this.#times.get(key) ?? 0) + 1);
  }

  /** Different keys that were asked for. */
  get keys(): number {
    return this.#times.size;
  }

  /** Requests for a key beyond its first. */
  get again(): number {
    return [...this.#times.values()].reduce((sum, times) => sum + times - 1, 0);
  }

  /**
   * To be called as soon as a worker is dead: what it had asked for and not stored is lost. That is among what is not in
   * the ledger by now, beside what the other workers have under way.
   * @returns how much that is.
   */
  async forgive(store: ArtifactStore): Promise<number> {
    const asked = [...this.#times];
    const stored = new Set<string>();
    for await (const key of ledgerKeys(store)) stored.add(key);
    const unstored = asked.filter(([key]) => !stored.has(key));
    for (const [key, times] of unstored) this.#lost.add(nth(key, times));
    return unstored.length;
  }

  /** Keys that were asked for again although no killed worker can have lost the answer before. */
  get unforgiven(): string[] {
    return [...this.#times].flatMap(([key, times]) =>
      Array.from({ length: times - 1 }, (_, before) => nth(key, before + 1)).filter(
        (asking) => !this.#lost.has(asking),
      ),
    );
  }
}

function nth(key: string, times: number): string {
  return `${key} asked ${times} times`;
}
