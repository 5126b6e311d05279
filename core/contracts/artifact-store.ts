import type { ArtifactRef } from './artifact.ts';

/** A small mutable cell: `version` names the bytes it holds and is what a swap must show. */
export interface Pointer {
  readonly version: string;
  readonly bytes: Uint8Array;
}

/**
 * Durable bytes under `/`-separated keys, on a disk or in a bucket, with the same promises on both.
 * No key may also be a prefix folder of another key. What a call has acknowledged survives a crash.
 * @throws Fault `unavailable` or `exhausted` when the store cannot be reached or is full.
 */
export interface ArtifactStore {
  /** Base URI without a trailing slash; `${uri}/${key}` names an entry. */
  readonly uri: string;

  /** Content-addressed: equal bytes are stored once. Takes bytes, or the path of a local file. */
  putObject(content: Uint8Array | { file: string }): Promise<ArtifactRef>;
  /** @throws Fault `lost` if the bytes are gone or no longer have the reference's hash. */
  readObject(ref: ArtifactRef): Promise<Uint8Array>;
  /** Writes the object to a local file, its hash checked. @throws Fault `lost` as `readObject`; nothing stands at `file` then. */
  fetchObject(ref: ArtifactRef, file: string): Promise<void>;
  hasObject(ref: ArtifactRef): Promise<boolean>;
  /** For an object that nothing else refers to: a superseded checkpoint's. Nothing happens if it is gone already. */
  removeObject(ref: ArtifactRef): Promise<void>;

  /** Bytes under a key, or undefined if there are none. */
  get(key: string): Promise<Uint8Array | undefined>;
  /** Writes unless the key exists; of any number of racing writers exactly one gets `true`. */
  putIfAbsent(key: string, bytes: Uint8Array): Promise<boolean>;
  /** Makes `key` hold the object's bytes, replacing what was there. */
  materialise(ref: ArtifactRef, key: string): Promise<void>;
  /** Keys of entries below a prefix (`runs/`), in lexical order. How pointers below it appear is the driver's own affair. */
  list(prefix: string): AsyncIterable<{ key: string; bytes: number }>;

  readPointer(key: string): Promise<Pointer | undefined>;
  /** Swaps if the pointer still has `expected` as its version (undefined: does not exist yet); the new version, or undefined if it lost. */
  swapPointer(key: string, expected: string | undefined, bytes: Uint8Array): Promise<string | undefined>;
}
