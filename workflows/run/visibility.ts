import { defineSearchAttributeKey } from '@temporalio/common';
import { upsertMemo, upsertSearchAttributes } from '@temporalio/workflow';
import { SEARCH_ATTRIBUTES, type SearchAttribute } from '../../core/contracts/search-attributes.ts';
import { own } from '../activity-proxies.ts';

type Values = { HoneStage?: string; HoneModel?: string; HoneHitRate?: number };

/** What lists show of a run: a memo, which every server keeps, and search attributes, where the server knows them. */
export class Visibility {
  #known: ReadonlySet<string> = new Set();
  #values: Values = {};
  #memo: Readonly<Record<string, unknown>>;

  /** @param memo What the run was started with. */
  constructor(memo: Readonly<Record<string, unknown>> = {}) {
    this.#memo = memo;
  }

  /**
   * Learns which attributes the server knows, and sets what has been said till then. The worker is asked, as setting an
   * unknown one would fail the workflow's task again and again.
   */
  async open(): Promise<void> {
    this.#known = new Set(await own.knownSearchAttributes().catch(() => []));
    const said = this.#values;
    this.#values = {};
    this.set(said);
  }

  set(values: Values): void {
    const changed = (Object.keys(SEARCH_ATTRIBUTES) as SearchAttribute[]).filter(
      (name) => values[name] !== undefined && values[name] !== this.#values[name],
    );
    Object.assign(this.#values, values);
    const updates = changed
      .filter((name) => this.#known.has(name))
      .map((name) => ({
        key: defineSearchAttributeKey(name, SEARCH_ATTRIBUTES[name] === 'Double' ? 'DOUBLE' : 'KEYWORD'),
        value: values[name],
      }));
    if (updates.length > 0) upsertSearchAttributes(updates as Parameters<typeof upsertSearchAttributes>[0]);
  }

  /** A value of null takes it off. */
  remember(name: string, value: string | null): void {
    if ((this.#memo[name] ?? null) === value) return;
    this.#memo = { ...this.#memo, [name]: value };
    upsertMemo({ [name]: value });
  }
}
