import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join, matchesGlob } from 'node:path';
import { Fault } from '../../contracts/fault.ts';
import { isTreacherous, resolveObjectLocation } from './object-location.ts';
import { type Candidate, reasonAgainst, reasonAgainstType } from './source-file.ts';

/** Buckets, as far as documents need them. */
export interface ObjectSource {
  /** Objects whose key begins with `prefix`, in the order of their keys. */
  list(bucket: string, prefix: string): AsyncIterable<{ key: string; bytes: number; etag: string }>;
  /** The bytes of exactly this version. @throws Fault `lost` if it is not there any more. */
  read(bucket: string, key: string, etag: string): AsyncIterable<Uint8Array>;
}

export interface ObjectOptions {
  roots: readonly string[];
  source: ObjectSource;
  /** SHA-256 of a version whose bytes have been seen before. */
  known(uri: string, etag: string): string | undefined;
  /** Folder for the bytes of new versions, between the look at them and the reading. */
  scratch: string;
  maxBytes: number;
}

/**
 * What an `s3://` location holds: an object, a folder, or what a glob matches. Hidden names and `node_modules` do not exist for
 * it, as on a disk. A version seen before is not fetched to be looked at.
 */
export async function* findObjects(location: string, options: ObjectOptions): AsyncGenerator<Candidate> {
  const { bucket, folder, object, glob } = resolveObjectLocation(location, options.roots);
  const label = folder.split('/').at(-2) ?? bucket;
  const wanted = (key: string) => {
    const below = key.slice(folder.length);
    return key.startsWith(folder) && !/(?:^|\/)$/.test(below) && !isHidden(below) && (!glob || matchesGlob(key, glob));
  };
  // An object's own key is also how the keys below a folder of that name begin, and those of other folders.
  for await (const found of options.source.list(bucket, object ?? folder)) {
    const { key } = found;
    const named = key === object;
    if (!named && !wanted(key)) continue;
    const file = `s3://${bucket}/${key}`;
    yield {
      path: named ? label : `${label}/${key.slice(folder.length)}`,
      file,
      async inspect() {
        if (isTreacherous(key)) return 'a name that some servers take for another’s';
        const reason = (named ? undefined : reasonAgainstType(key)) ?? reasonAgainst(found.bytes, options.maxBytes);
        return reason ?? look({ ...found, file, bucket }, options);
      },
    };
  }
}

/** Its hash, and a way to its bytes: from the scratch folder if they had to be fetched for the hash. */
async function look(
  { bucket, key, bytes, etag, file }: { bucket: string; key: string; bytes: number; etag: string; file: string },
  { known, source, scratch, maxBytes }: ObjectOptions,
) {
  const fetch = async () => {
    const parts: Uint8Array[] = [];
    let length = 0;
    for await (const part of source.read(bucket, key, etag)) {
      length += part.length;
      // The listing has lied: no memory is spent on more.
      if (length > maxBytes) throw moved(file);
      parts.push(part);
    }
    return Buffer.concat(parts);
  };
  const read = () =>
    fetch().catch((error) => {
      throw error instanceof Fault && error.kind === 'lost' ? moved(file) : error;
    });
  const before = known(file, etag);
  if (before !== undefined) return { bytes, etag, sha256: before, read };
  const content = await read();
  const sha256 = createHash('sha256').update(content).digest('hex');
  // By content, so that no key ever becomes a path.
  const kept = join(scratch, `object-${sha256}`);
  await writeFile(kept, content);
  return { bytes: content.length, etag, sha256, read: () => readFile(kept) };
}

function isHidden(below: string): boolean {
  return below
    .split('/')
    .some((segment) => (segment.startsWith('.') && !/^\.+$/.test(segment)) || segment === 'node_modules');
}

function moved(file: string): Fault {
  return new Fault(
    'unavailable',
    `${file} changed while the documents were being read.`,
    'It is tried again by itself.',
  );
}
