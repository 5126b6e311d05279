import type { ArtifactRef } from './artifact.ts';

/** A small mutable value. `version` identifies the bytes it holds; a swap has to name it. */
export interface Pointer {
  readonly version: string;
  readonly bytes: Uint8Array;
  /** When this version was written, by the clock of the store. */
  readonly writtenAt: Date;
}

/** An entry as `list` finds it. */
export interface ListedEntry {
  readonly key: string;
  readonly bytes: number;
  /** When the entry was written, by the clock of the store. */
  readonly writtenAt: Date;
  /** Identifies what was listed, if the driver can remove exactly that. */
  readonly version?: string | undefined;
}

/**
 * Durable bytes under `/`-separated keys, on a disk or in a bucket, with the same guarantees on both.
 * A key must not be a folder prefix of another key. An acknowledged write survives a crash.
 * @throws Fault `unavailable` or `exhausted` when the store cannot be reached or is full.
 */
export interface ArtifactStore {
  /** Base URI without a trailing slash; `${uri}/${key}` is the URI of an entry. */
  readonly uri: string;

  /**
   * Content-addressed: equal bytes are stored once. Takes bytes, or the path of a local file. An object that is there
   * already is checked by its hash, and replaced if it is corrupt.
   */
  putObject(content: Uint8Array | { file: string }): Promise<ArtifactRef>;
  /** @throws Fault `lost` if the object is missing or its bytes do not have the hash of the reference. */
  readObject(ref: ArtifactRef): Promise<Uint8Array>;
  /**
   * Writes the object to a local file and checks its hash.
   * @throws Fault `lost` as `readObject`; then `file` does not exist.
   */
  fetchObject(ref: ArtifactRef, file: string): Promise<void>;
  hasObject(ref: Pick<ArtifactRef, 'sha256' | 'bytes'>): Promise<boolean>;
  /**
   * Only for an object that nothing else refers to, such as a superseded checkpoint. A missing object is not an error.
   */
  removeObject(ref: ArtifactRef): Promise<void>;
  /**
   * Moves an object to `trash/<sha256>/<collection>`. The other methods find it there and put it back, so that whoever
   * holds a reference loses nothing. A missing object is not an error.
   */
  retireObject(digest: string, collection: string): Promise<void>;

  /** The bytes under a key; undefined if the key does not exist. */
  get(key: string): Promise<Uint8Array | undefined>;
  /** Writes unless the key exists. If several writers race, exactly one gets `true`. */
  putIfAbsent(key: string, bytes: Uint8Array): Promise<boolean>;
  /**
   * Makes `key` hold the object's bytes, after a check of their hash; replaces what was there.
   * @throws Fault `lost` as `readObject`; then `key` is unchanged.
   */
  materialise(ref: ArtifactRef, key: string): Promise<void>;
  /** Keys of entries below a prefix (`runs/`), in lexical order. How pointers are listed depends on the driver. */
  list(prefix: string): AsyncIterable<ListedEntry>;
  /**
   * Removes an entry that was listed; a missing one is not an error. What was written under the key since then stays:
   * always on a file system, and in a bucket whose server knows conditional deletes.
   */
  remove(entry: ListedEntry): Promise<void>;

  readPointer(key: string): Promise<Pointer | undefined>;
  /**
   * Swaps the pointer if its version still is `expected` (undefined: the pointer does not exist yet).
   * @returns the new version; undefined if the pointer had another version.
   */
  swapPointer(key: string, expected: string | undefined, bytes: Uint8Array): Promise<string | undefined>;
}

export interface OpenStoreOptions {
  /** Called with an operation (`put-object`) that is repeated, as its request failed in a way that may pass. */
  onRetry?: ((operation: string) => void) | undefined;
}
