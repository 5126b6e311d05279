import { readFile, writeFile } from 'node:fs/promises';
import { join, matchesGlob } from 'node:path';
import { Fault } from '../../contracts/fault.ts';
import { sha256 } from '../../primitives/hash.ts';
import { isAmbiguousKey, resolveObjectLocation } from './object-location.ts';
import { type Candidate, extensionReason, sizeReason } from './source-file.ts';

/** Read access to buckets. */
export interface ObjectSource {
  /** Objects whose key begins with `prefix`, in lexical order. */
  list(bucket: string, prefix: string): AsyncIterable<{ key: string; bytes: number; etag: string }>;
  /** The bytes of this version. @throws Fault `lost` if it no longer exists. */
  read(bucket: string, key: string, etag: string): AsyncIterable<Uint8Array>;
}

export interface ObjectOptions {
  /** `s3://bucket` or `s3://bucket/folder`. */
  roots: readonly string[];
  source: ObjectSource;
  /** SHA-256 of a version that was downloaded in an earlier run; undefined if it was not. */
  cachedHash(uri: string, etag: string): string | undefined;
  /** Called with the hash of a version that has been downloaded, so that a later attempt need not do it again. */
  keepHash?(uri: string, etag: string, sha256: string): Promise<void>;
  /** Folder where new versions, downloaded for their hash, are kept until they are read. */
  scratch: string;
  maxBytes: number;
  signal?: AbortSignal | undefined;
}

/**
 * The objects of an `s3://` location. Hidden names and `node_modules` are ignored, as on a disk. An object is
 * downloaded for its hash unless `cachedHash` has it.
 * @throws Fault `input` if the location is outside the roots.
 */
export async function* findObjects(location: string, options: ObjectOptions): AsyncGenerator<Candidate> {
  const { bucket, folder, object, glob } = resolveObjectLocation(location, options.roots);
  const label = folder.split('/').at(-2) ?? bucket;
  const isWanted = (key: string) => {
    const below = key.slice(folder.length);
    return key.startsWith(folder) && !/(?:^|\/)$/.test(below) && !isHidden(below) && (!glob || matchesGlob(key, glob));
  };
  // Keys that begin with the key of the object can also be in a folder of that name, or in other folders.
  for await (const found of options.source.list(bucket, object ?? folder)) {
    const { key } = found;
    const named = key === object;
    if (!named && !isWanted(key)) continue;
    const file = `s3://${bucket}/${key}`;
    yield {
      path: named ? label : `${label}/${key.slice(folder.length)}`,
      file,
      async inspect() {
        if (isAmbiguousKey(key)) return 'a name that some servers confuse with another';
        const reason = (named ? undefined : extensionReason(key)) ?? sizeReason(found.bytes, options.maxBytes);
        return reason ?? inspectObject({ ...found, file, bucket }, options);
      },
    };
  }
}

/** Hash and `read` of an object. `read` uses the scratch folder if the object was downloaded for its hash. */
async function inspectObject(
  { bucket, key, bytes, etag, file }: { bucket: string; key: string; bytes: number; etag: string; file: string },
  { cachedHash, keepHash, source, scratch, maxBytes, signal }: ObjectOptions,
) {
  const fetch = async () => {
    const parts: Uint8Array[] = [];
    let length = 0;
    for await (const part of source.read(bucket, key, etag)) {
      signal?.throwIfAborted();
      length += part.length;
      // The size in the listing was wrong. The limit of memory holds anyway.
      if (length > maxBytes) throw changed(file);
      parts.push(part);
    }
    return Buffer.concat(parts);
  };
  const read = () =>
    fetch().catch((error) => {
      throw error instanceof Fault && error.kind === 'lost' ? changed(file) : error;
    });
  const cached = cachedHash(file, etag);
  if (cached !== undefined) return { bytes, etag, sha256: cached, read };
  const content = await read();
  const hash = sha256(content);
  // Invariant: the file is named by its content, so that no key becomes a path.
  const copy = join(scratch, `object-${hash}`);
  await writeFile(copy, content);
  await keepHash?.(file, etag, hash);
  return { bytes: content.length, etag, sha256: hash, read: () => readFile(copy) };
}

function isHidden(below: string): boolean {
  return below
    .split('/')
    .some((segment) => (segment.startsWith('.') && !/^\.+$/.test(segment)) || segment === 'node_modules');
}

function changed(file: string): Fault {
  return new Fault(
    'unavailable',
    `${file} changed while the documents were being read.`,
    'It is retried automatically.',
  );
}
