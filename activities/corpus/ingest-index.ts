import { z } from 'zod';
import { ArtifactRef } from '../../core/contracts/artifact.ts';
import type { ArtifactStore } from '../../core/contracts/artifact-store.ts';
import { Document } from '../../core/contracts/corpus.ts';
import type { SourceFile } from '../../core/corpus/sources/source-file.ts';
import { canonicalJson, sha256 } from '../../core/primitives/hash.ts';
import { putJson, readJson, readJsonLines } from '../runtime/artifacts.ts';

const Index = z.object({
  /** `URI ETAG` of an object in a bucket -> SHA-256 of its bytes. */
  versions: z.record(z.string(), z.string()),
  /** JSON Lines of `Document`: the documents that were read. */
  documents: ArtifactRef,
});

/**
 * What the last ingest of the same locations found, so that unchanged files are neither downloaded nor read again.
 * Invariant: it saves work and has no influence on the result. An index that is lost or invalid is ignored and
 * replaced.
 */
export class IngestIndex {
  readonly #store: ArtifactStore;
  readonly #key: string;
  readonly #last: z.infer<typeof Index> | undefined;

  private constructor(store: ArtifactStore, key: string, last: z.infer<typeof Index> | undefined) {
    this.#store = store;
    this.#key = key;
    this.#last = last;
  }

  /** @param version version of the readers; an index by another version is not used. */
  static async open(store: ArtifactStore, locations: readonly string[], version: number): Promise<IngestIndex> {
    const key = `ingest/${sha256(canonicalJson([version, locations]))}`;
    const pointer = await store.readPointer(key);
    return new IngestIndex(store, key, pointer && (await readIndex(store, pointer.bytes)));
  }

  /** SHA-256 of an object, if the last ingest had the same version of it. */
  sha256Of(file: string, etag: string): string | undefined {
    return this.#last?.versions[`${file} ${etag}`];
  }

  /** Looks up the document that the last ingest read from a file with the same path and bytes. */
  async documents(): Promise<(found: SourceFile) => Document | undefined> {
    const read = this.#last && (await readJsonLines(this.#store, this.#last.documents, Document).catch(() => []));
    const byPath = new Map(read?.map((document) => [document.path, document]));
    return ({ path, sha256 }) => {
      const document = byPath.get(path);
      return document && sha256.startsWith(document.id) ? document : undefined;
    };
  }

  async save(files: readonly SourceFile[], documents: ArtifactRef): Promise<void> {
    const versions = files.flatMap(({ file, etag, sha256 }) => (etag ? [[`${file} ${etag}`, sha256] as const] : []));
    const index = { versions: Object.fromEntries(versions), documents };
    if (canonicalJson(index) === canonicalJson(this.#last)) return;
    const ref = await putJson(this.#store, index);
    const pointer = await this.#store.readPointer(this.#key);
    // The documents are named beside the index, which may be too large for a collector to look into.
    const bytes = new TextEncoder().encode(JSON.stringify({ ...ref, documents }));
    // A concurrent ingest of the same locations may win the swap; its index is as good.
    await this.#store.swapPointer(this.#key, pointer?.version, bytes);
  }
}

async function readIndex(store: ArtifactStore, pointer: Uint8Array): Promise<z.infer<typeof Index> | undefined> {
  try {
    const ref = ArtifactRef.parse(JSON.parse(new TextDecoder().decode(pointer)));
    return await readJson(store, ref, Index);
  } catch {
    return undefined;
  }
}
