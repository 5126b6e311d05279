import { defineSearchAttributeKey } from '@temporalio/common';
import { upsertMemo, upsertSearchAttributes } from '@temporalio/workflow';
import { SEARCH_ATTRIBUTES, type SearchAttribute } from '../../core/contracts/search-attributes.ts';
import { local } from '../activity-proxies.ts';

/** Characters of a keyword in the SQL databases of Temporal. A run with a longer one would never be listed. */
const MAX_KEYWORD = 255;

type Attributes = { HoneStage?: string; HoneModel?: string; HoneHitRate?: number };

/**
 * What lists show of a run: its memo, which every server stores, and search attributes, if the server has them
 * registered.
 */
export class Visibility {
  #registered: ReadonlySet<string> = new Set();
  #attributes: Attributes = {};
  #memo: Readonly<Record<string, unknown>>;

  /** @param memo the memo that the run was started with. */
  constructor(memo: Readonly<Record<string, unknown>> = {}) {
    this.#memo = memo;
  }

  /**
   * Asks the worker which search attributes the server has registered, and sets those that were given before. Setting
   * one that is not registered would fail the workflow task, again and again.
   */
  async open(): Promise<void> {
    this.#registered = new Set(await local.knownSearchAttributes().catch(() => []));
    const attributes = this.#attributes;
    this.#attributes = {};
    this.setAttributes(attributes);
  }

  setAttributes(attributes: Attributes): void {
    const changed = (Object.keys(SEARCH_ATTRIBUTES) as SearchAttribute[]).filter(
      (name) => attributes[name] !== undefined && attributes[name] !== this.#attributes[name],
    );
    Object.assign(this.#attributes, attributes);
    const updates = changed
      .filter((name) => this.#registered.has(name))
      .map((name) => ({
        key: defineSearchAttributeKey(name, SEARCH_ATTRIBUTES[name] === 'Double' ? 'DOUBLE' : 'KEYWORD'),
        value: ended(attributes[name]),
      }));
    // The SDK's type pairs each key type with its value type, which a list of mixed attributes loses.
    if (updates.length > 0) upsertSearchAttributes(updates as Parameters<typeof upsertSearchAttributes>[0]);
  }

  /** @param value null removes the entry. */
  setMemo(name: string, value: string | object | null): void {
    if ((this.#memo[name] ?? null) === value) return;
    this.#memo = { ...this.#memo, [name]: value };
    upsertMemo({ [name]: value });
  }
}

/** The end of a value that is too long: of a path, what it leads to. */
function ended<T>(value: T): T | string {
  return typeof value === 'string' && value.length > MAX_KEYWORD ? value.slice(-MAX_KEYWORD).toWellFormed() : value;
}
