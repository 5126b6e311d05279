import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { open, readFile, stat } from 'node:fs/promises';
import type { Skipped } from '../../contracts/corpus.ts';
import { Fault } from '../../contracts/fault.ts';
import { mapOrdered } from '../../primitives/map-ordered.ts';
import { allowedRoots } from './allowed-roots.ts';
import { findObjects, type ObjectOptions } from './find-objects.ts';
import { resolveLocation } from './location.ts';
import { isObjectLocation } from './object-location.ts';
import { type Candidate, reasonAgainst, reasonAgainstType, type SourceFile } from './source-file.ts';
import { walk } from './walk.ts';

const MAX_FILE_BYTES = 64 * 2 ** 20;
/** Files looked into at once: of a bucket, each costs a round trip. */
const AT_ONCE = 8;

export interface FindOptions {
  /** What may be read: folders, `s3://bucket`, `s3://bucket/folder`. */
  roots: readonly string[];
  /** Where relative locations start. */
  base: string;
  /** Default: 64 MiB. */
  maxFileBytes?: number;
  /** What `s3://` locations are read with. */
  objects?: Pick<ObjectOptions, 'source' | 'known' | 'scratch'>;
}

/**
 * Every readable document under the locations (folders, files, globs; paths, `file://` or `s3://` URIs; relative ones from
 * `base`), ordered by path, each file once. Hidden files, `node_modules` and unknown types are passed over; files over
 * `maxFileBytes`, links out of the roots and files without read permission are skipped with a reason.
 * @throws Fault `input` if a location does not exist, lies outside the roots, or holds nothing that can be read.
 */
export async function findDocuments(
  locations: readonly string[],
  options: FindOptions,
): Promise<{ files: SourceFile[]; skipped: Skipped[] }> {
  const files = new Map<string, SourceFile>();
  const skipped = new Map<string, Skipped>();
  const paths = new Set<string>();
  for (const location of locations) {
    const reasons: Skipped[] = [];
    let found = 0;
    for await (const [entry, inspected] of mapOrdered(candidates(location, options), AT_ONCE, (entry) =>
      entry.inspect(),
    )) {
      const path = paths.has(entry.path) && !files.has(entry.file) ? entry.file.replaceAll('\\', '/') : entry.path;
      if (typeof inspected === 'string') {
        reasons.push({ path, reason: inspected });
        continue;
      }
      found += 1;
      if (files.has(entry.file)) continue;
      paths.add(path);
      files.set(entry.file, { path, file: entry.file, ...inspected });
    }
    if (found === 0) throw nothingReadable(location, reasons);
    for (const skip of reasons) skipped.set(skip.path, skip);
  }
  return { files: [...files.values()].sort(byPath), skipped: [...skipped.values()].sort(byPath) };
}

async function* candidates(location: string, options: FindOptions): AsyncGenerator<Candidate> {
  const { roots, base, objects, maxFileBytes: maxBytes = MAX_FILE_BYTES } = options;
  if (isObjectLocation(location)) {
    if (!objects) throw new Fault('input', `documents: ${location} cannot be read here.`, 'Name a folder.');
    yield* findObjects(location, { ...objects, roots: roots.filter(isObjectLocation), maxBytes });
    return;
  }
  const folders = await allowedRoots(roots.filter((root) => !isObjectLocation(root)));
  const place = await resolveLocation(location, base, folders);
  for await (const { path, file, reason } of walk(place, folders))
    yield { path, file, inspect: async () => reason ?? inspect(file, place.named, maxBytes) };
}

/** Size and hash of a file worth reading, or the reason why it is not. */
async function inspect(
  file: string,
  named: boolean,
  maxBytes: number,
): Promise<Omit<SourceFile, 'path' | 'file'> | string> {
  // A file named by itself is meant; what is in it decides, not what it is called.
  const unread = named ? undefined : reasonAgainstType(file);
  if (unread) return unread;
  try {
    const { size } = await stat(file);
    const reason = reasonAgainst(size, maxBytes);
    if (reason) return reason;
    const handle = await open(file, constants.O_RDONLY | constants.O_NOFOLLOW);
    try {
      const hash = createHash('sha256');
      let bytes = 0;
      for await (const part of handle.createReadStream({ autoClose: false })) {
        hash.update(part as Uint8Array);
        bytes += (part as Uint8Array).length;
      }
      return { bytes, sha256: hash.digest('hex'), read: () => readFile(file) };
    } finally {
      await handle.close();
    }
  } catch (error) {
    return `cannot be opened (${(error as NodeJS.ErrnoException).code ?? 'unknown error'})`;
  }
}

function nothingReadable(location: string, reasons: readonly Skipped[]): Fault {
  const first = reasons.slice(0, 3).map((skip) => `${skip.path}: ${skip.reason}`);
  return new Fault(
    'input',
    `documents: there is nothing to read in ${location}${first.length > 0 ? ` (${first.join('; ')})` : ''}.`,
    'Name a folder, file or glob that holds md, txt, html, pdf or docx files.',
    { details: reasons.map((skip) => `${skip.path}: ${skip.reason}`) },
  );
}

function byPath(a: { path: string }, b: { path: string }): number {
  return a.path < b.path ? -1 : a.path > b.path ? 1 : 0;
}
