import { z } from 'zod';
import { ArtifactRef } from '../../core/contracts/artifact.ts';
import type { ArtifactStore } from '../../core/contracts/artifact-store.ts';
import { Document } from '../../core/contracts/corpus.ts';
import type { SourceFile } from '../../core/corpus/sources/source-file.ts';
import { canonicalJson, sha256 } from '../../core/primitives/hash.ts';
import { putJson, readJson, readJsonLines } from '../runtime/artifacts.ts';

const Index = z.object({
  /** SHA-256 by object and version, for objects in buckets. */
  versions: z.record(z.string(), z.string()),
  /** JSON Lines of `Document`: what reading came to. */
  documents: ArtifactRef,
});

/** What the last look at the same locations found, so that what has not changed is neither fetched nor read again. */
export class IngestIndex {
  readonly #store: ArtifactStore;
  readonly #key: string;
  readonly #last: z.infer<typeof Index> | undefined;

  private constructor(store: ArtifactStore, key: string, last: z.infer<typeof Index> | undefined) {
    this.#store = store;
    this.#key = key;
    this.#last = last;
  }

  /** @param version of the code that reads documents; what another has read is read anew. */
  static async open(store: ArtifactStore, locations: readonly string[], version: number): Promise<IngestIndex> {
    const key = `ingest/${sha256(canonicalJson([version, locations]))}`;
    const pointer = await store.readPointer(key);
    return new IngestIndex(store, key, pointer && (await readIndex(store, pointer.bytes)));
  }

  sha256Of(file: string, etag: string): string | undefined {
    return this.#last?.versions[`${file} ${etag}`];
  }

  /** Documents read before, by name and content. */
  async documents(): Promise<(found: SourceFile) => Document | undefined> {
    const read = this.#last && (await readJsonLines(this.#store, this.#last.documents, Document).catch(() => []));
    const known = new Map(read?.map((document) => [document.path, document]));
    return ({ path, sha256 }) => {
      const document = known.get(path);
      return document && sha256.startsWith(document.id) ? document : undefined;
    };
  }

  async save(files: readonly SourceFile[], documents: ArtifactRef): Promise<void> {
    const versions = files.flatMap(({ file, etag, sha256 }) => (etag ? [[`${file} ${etag}`, sha256] as const] : []));
    const index = { versions: Object.fromEntries(versions), documents };
    if (canonicalJson(index) === canonicalJson(this.#last)) return;
    const ref = await putJson(this.#store, index);
    const pointer = await this.#store.readPointer(this.#key);
    const bytes = new TextEncoder().encode(JSON.stringify(ref));
    // Whoever looked at the same moment has found as much.
    await this.#store.swapPointer(this.#key, pointer?.version, bytes);
  }
}

/** It saves work and nothing else: one that is lost or cannot be read is made again. */
async function readIndex(store: ArtifactStore, pointer: Uint8Array): Promise<z.infer<typeof Index> | undefined> {
  try {
    const ref = ArtifactRef.parse(JSON.parse(new TextDecoder().decode(pointer)));
    return await readJson(store, ref, Index);
  } catch {
    return undefined;
  }
}
