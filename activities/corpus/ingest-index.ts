import { z } from 'zod';
import { ArtifactRef } from '../../core/contracts/artifact.ts';
import type { ArtifactStore } from '../../core/contracts/artifact-store.ts';
import { Document } from '../../core/contracts/corpus.ts';
import type { SourceFile } from '../../core/corpus/sources/source-file.ts';
import { canonicalJson, sha256 } from '../../core/primitives/hash.ts';
import { putJson, putJsonLines, readJson, readJsonLines } from '../runtime/artifacts.ts';

const Index = z.object({
  /** `URI ETAG` of an object in a bucket -> SHA-256 of its bytes. */
  versions: z.record(z.string(), z.string()),
  /** JSON Lines of `Document`: the documents of the last ingest that ended. */
  documents: ArtifactRef.optional(),
  /** JSON Lines of `Document`: those that an ingest has read since then, which has not ended yet. */
  read: z.array(ArtifactRef).optional(),
});
type Index = z.infer<typeof Index>;

/** Hashes of objects are kept at this interval, each time with all that are known. */
const KEEP_HASHES_MS = 30_000;

/**
 * What earlier ingests of the same locations found, so that unchanged files are neither downloaded nor read again. An
 * ingest keeps what it has read under way: the next attempt continues from there.
 * Invariant: it saves work and has no influence on the result. An index that is lost or invalid is ignored and
 * replaced.
 */
export class IngestIndex {
  readonly #store: ArtifactStore;
  readonly #key: string;
  /** As it is in the store. */
  #stored: Index | undefined;
  /** Of objects that were downloaded in this attempt. */
  readonly #hashed: Record<string, string> = {};
  #hashesKeptAt = performance.now();

  private constructor(store: ArtifactStore, key: string, stored: Index | undefined) {
    this.#store = store;
    this.#key = key;
    this.#stored = stored;
  }

  /** @param version version of the readers; an index by another version is not used. */
  static async open(store: ArtifactStore, locations: readonly string[], version: number): Promise<IngestIndex> {
    const key = `ingest/${sha256(canonicalJson([version, locations]))}`;
    const pointer = await store.readPointer(key);
    return new IngestIndex(store, key, pointer && (await readIndex(store, pointer.bytes)));
  }

  /** SHA-256 of an object, if an earlier ingest had the same version of it. */
  sha256Of(file: string, etag: string): string | undefined {
    return this.#stored?.versions[`${file} ${etag}`];
  }

  /** Keeps the hash of an object for the next attempt. */
  async keepHash(file: string, etag: string, hash: string): Promise<void> {
    this.#hashed[`${file} ${etag}`] = hash;
    if (performance.now() - this.#hashesKeptAt < KEEP_HASHES_MS) return;
    this.#hashesKeptAt = performance.now();
    await this.#write({ ...this.#stored, versions: this.#versions() });
  }

  /** Keeps documents that have been read for the next attempt. */
  async keepDocuments(documents: readonly Document[]): Promise<void> {
    const part = await putJsonLines(this.#store, documents);
    const { read = [], ...stored } = this.#stored ?? {};
    await this.#write({ ...stored, versions: this.#versions(), read: [...read, part] });
  }

  /** Looks up the document that an earlier ingest read from a file with the same path and bytes. */
  async documents(): Promise<(found: SourceFile) => Document | undefined> {
    const { documents, read = [] } = this.#stored ?? {};
    const byPath = new Map<string, Document>();
    for (const ref of documents ? [documents, ...read] : read) {
      const all = await readJsonLines(this.#store, ref, Document).catch(() => []);
      for (const document of all) byPath.set(document.path, document);
    }
    return ({ path, sha256 }) => {
      const document = byPath.get(path);
      return document && sha256.startsWith(document.id) ? document : undefined;
    };
  }

  /** Ends an ingest: replaces what was kept under way. */
  async save(files: readonly SourceFile[], documents: ArtifactRef): Promise<void> {
    const versions = files.flatMap(({ file, etag, sha256 }) => (etag ? [[`${file} ${etag}`, sha256] as const] : []));
    await this.#write({ versions: Object.fromEntries(versions), documents });
  }

  #versions(): Index['versions'] {
    return { ...this.#stored?.versions, ...this.#hashed };
  }

  async #write(index: Index): Promise<void> {
    if (canonicalJson(index) === canonicalJson(this.#stored)) return;
    const ref = await putJson(this.#store, index);
    const pointer = await this.#store.readPointer(this.#key);
    // The documents are named beside the index, which may be too large for a collector to look into.
    const { documents, read } = index;
    const bytes = new TextEncoder().encode(JSON.stringify({ ...ref, documents, read }));
    // A concurrent ingest of the same locations may win the swap; its index is as good.
    await this.#store.swapPointer(this.#key, pointer?.version, bytes);
    this.#stored = index;
  }
}

async function readIndex(store: ArtifactStore, pointer: Uint8Array): Promise<Index | undefined> {
  try {
    const ref = ArtifactRef.parse(JSON.parse(new TextDecoder().decode(pointer)));
    return await readJson(store, ref, Index);
  } catch {
    return undefined;
  }
}
