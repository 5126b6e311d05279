import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { ArtifactStore, ListedEntry } from '../../core/contracts/artifact-store.ts';
import { sha256 } from '../../core/primitives/hash.ts';
import { inParallel } from '../../core/primitives/in-parallel.ts';

/** What a block holds. Its vectors are beside it, as little-endian 32-bit floats. */
const Index = z.object({
  dimension: z.number().int().positive(),
  /** SHA-256 of the vectors' bytes. */
  sha256: z.string(),
  /** The text of each vector, by its key. */
  texts: z.array(z.string()),
});

interface Row {
  readonly block: string;
  readonly row: number;
}

const READS_AT_ONCE = 16;
/** The vectors of a model are collected as one; so often at most is it noted that somebody uses them. */
const NOTED_EVERY_MS = 86_400_000;

/**
 * The embeddings of one model in the store, by text, in blocks: `vectors/<space>/<block>/index` and `…/values`.
 * Invariant: values are written first, so that a block is complete or does not exist. They save work and have no other
 * influence: a block that is lost or corrupt is embedded again.
 */
export class StoredVectors {
  readonly #store: ArtifactStore;
  readonly #prefix: string;
  readonly #rows = new Map<string, Row>();
  readonly #blocks = new Map<string, { index: z.infer<typeof Index>; entry: ListedEntry }>();

  private constructor(store: ArtifactStore, prefix: string) {
    this.#store = store;
    this.#prefix = prefix;
  }

  /** @param space Hash of all that a vector depends on, besides its text. */
  static async open(store: ArtifactStore, space: string): Promise<StoredVectors> {
    const vectors = new StoredVectors(store, `vectors/${space}/`);
    const entries: ListedEntry[] = [];
    for await (const entry of store.list(vectors.#prefix)) entries.push(entry);
    const indexes = entries.filter(({ key }) => key.endsWith('/index'));
    await inParallel(indexes, READS_AT_ONCE, (entry) => vectors.#readIndex(entry));
    await vectors.#noteUse(entries);
    return vectors;
  }

  /** Numbers of a vector; undefined while there is none. */
  get dimension(): number | undefined {
    const [block] = this.#blocks.values();
    return block?.index.dimension;
  }

  /** The vectors of texts, by their keys; those that are not stored, or cannot be read, are missing. */
  async read(keys: Iterable<string>): Promise<Map<string, Float32Array>> {
    const wanted = new Map<string, { key: string; row: number }[]>();
    for (const key of keys) {
      const found = this.#rows.get(key);
      if (!found) continue;
      const rows = wanted.get(found.block) ?? [];
      rows.push({ key, row: found.row });
      wanted.set(found.block, rows);
    }
    const vectors = new Map<string, Float32Array>();
    await inParallel([...wanted], READS_AT_ONCE, async ([block, rows]) => {
      const values = await this.#readValues(block);
      if (!values) return;
      const { dimension } = values;
      for (const { key, row } of rows) {
        const at = row * dimension;
        vectors.set(key, values.floats.slice(at, at + dimension));
      }
    });
    return vectors;
  }

  /** Stores vectors of the same length, as one block. A store that is full or away is no reason to fail. */
  async write(vectors: ReadonlyMap<string, Float32Array>): Promise<void> {
    const all = [...vectors.values()];
    const dimension = all[0]?.length;
    if (!dimension) return;
    const floats = new Float32Array(all.length * dimension);
    all.forEach((vector, row) => {
      floats.set(vector, row * dimension);
    });
    const values = new Uint8Array(floats.buffer);
    const index = { dimension, sha256: sha256(values), texts: [...vectors.keys()] };
    const block = `${this.#prefix}${randomUUID()}`;
    await this.#store
      .putIfAbsent(`${block}/values`, values)
      .then(() => this.#store.putIfAbsent(`${block}/index`, Buffer.from(JSON.stringify(index))))
      .catch(() => undefined);
  }

  async #readIndex(entry: ListedEntry): Promise<void> {
    const bytes = await this.#store.get(entry.key);
    const index = bytes && parse(bytes);
    if (!index) return;
    const block = entry.key.slice(0, -'/index'.length);
    this.#blocks.set(block, { index, entry });
    index.texts.forEach((text, row) => {
      // Of vectors of the same text, those of the first block count for everybody.
      const known = this.#rows.get(text);
      if (!known || block < known.block) this.#rows.set(text, { block, row });
    });
  }

  /** A block whose values are lost or corrupt is removed, since others may have the same texts. */
  async #readValues(block: string): Promise<{ floats: Float32Array; dimension: number } | undefined> {
    const found = this.#blocks.get(block);
    if (!found) return undefined;
    const bytes = await this.#store.get(`${block}/values`);
    const { dimension, sha256: expected } = found.index;
    if (bytes && sha256(bytes) === expected) return { floats: new Float32Array(bytes.slice().buffer), dimension };
    await this.#store.remove(found.entry);
    return undefined;
  }

  async #noteUse(entries: readonly ListedEntry[]): Promise<void> {
    const newest = entries.reduce((latest, { writtenAt }) => Math.max(latest, writtenAt.getTime()), 0);
    if (entries.length === 0 || Date.now() - newest < NOTED_EVERY_MS) return;
    const day = new Date().toISOString().slice(0, 10);
    await this.#store
      .putIfAbsent(`${this.#prefix}used/${day}`, Buffer.from('Used on this day.\n'))
      .catch(() => undefined);
  }
}

function parse(bytes: Uint8Array): z.infer<typeof Index> | undefined {
  try {
    return Index.parse(JSON.parse(Buffer.from(bytes).toString('utf8')));
  } catch {
    return undefined;
  }
}
