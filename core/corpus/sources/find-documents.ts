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
import { type Candidate, extensionReason, FORMATS_READ, type SourceFile, sizeReason } from './source-file.ts';
import { walk } from './walk.ts';

const MAX_FILE_BYTES = 64 * 2 ** 20;
/** Files that are inspected at once: each object of a bucket costs a round trip. */
const CONCURRENCY = 8;

export interface FindOptions {
  /** What the worker may read: folders, `s3://bucket`, `s3://bucket/folder`. */
  roots: readonly string[];
  /** Folder where relative locations start. */
  base: string;
  /** Default: 64 MiB. */
  maxFileBytes?: number | undefined;
  /** Access to `s3://` locations. Without it they are refused. */
  objects?: Pick<ObjectOptions, 'source' | 'cachedHash' | 'keepHash' | 'scratch'> | undefined;
  signal?: AbortSignal | undefined;
}

/**
 * Finds all documents in the given locations, ordered by path, each file once. Hidden files and `node_modules` are
 * ignored. Files of other types, empty files, files over `maxFileBytes`, links to places outside the roots and files
 * without read permission are skipped with a reason.
 * @param locations folders, files and globs, as paths, `file://` or `s3://` URIs.
 * @throws Fault `input` if a location does not exist, is outside the roots, or has no document that can be read; the
 *   reason of the signal once it is aborted.
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
    const inspect = (candidate: Candidate) => candidate.inspect();
    for await (const [candidate, inspected] of mapOrdered(candidates(location, options), CONCURRENCY, inspect)) {
      options.signal?.throwIfAborted();
      const { file } = candidate;
      // Another file already has this path: the full path distinguishes them.
      const path = paths.has(candidate.path) && !files.has(file) ? file.replaceAll('\\', '/') : candidate.path;
      if (typeof inspected === 'string') {
        reasons.push({ path, reason: inspected });
        continue;
      }
      found += 1;
      if (files.has(file)) continue;
      paths.add(path);
      files.set(file, { path, file, ...inspected });
    }
    if (found === 0) throw nothingReadable(location, reasons);
    for (const skip of reasons) skipped.set(skip.path, skip);
  }
  return { files: [...files.values()].sort(byPath), skipped: [...skipped.values()].sort(byPath) };
}

async function* candidates(location: string, options: FindOptions): AsyncGenerator<Candidate> {
  const { roots, base, objects, maxFileBytes: maxBytes = MAX_FILE_BYTES, signal } = options;
  if (isObjectLocation(location)) {
    if (!objects) throw new Fault('input', `documents: ${location} cannot be read here.`, 'Name a folder.');
    yield* findObjects(location, { ...objects, roots: roots.filter(isObjectLocation), maxBytes, signal });
    return;
  }
  const folders = await allowedRoots(roots.filter((root) => !isObjectLocation(root)));
  const resolved = await resolveLocation(location, base, folders);
  for await (const { path, file, reason } of walk(resolved, folders))
    yield { path, file, inspect: async () => reason ?? inspectFile(file, resolved.isFile, maxBytes, signal) };
}

/** @param isNamed whether the location is this file. Its extension is then ignored: the content decides. */
async function inspectFile(
  file: string,
  isNamed: boolean,
  maxBytes: number,
  signal: AbortSignal | undefined,
): Promise<Omit<SourceFile, 'path' | 'file'> | string> {
  const otherType = isNamed ? undefined : extensionReason(file);
  if (otherType) return otherType;
  try {
    const { size } = await stat(file);
    const reason = sizeReason(size, maxBytes);
    if (reason) return reason;
    const handle = await open(file, constants.O_RDONLY | constants.O_NOFOLLOW);
    try {
      const hash = createHash('sha256');
      let bytes = 0;
      for await (const part of handle.createReadStream({ autoClose: false })) {
        signal?.throwIfAborted();
        hash.update(part as Uint8Array);
        bytes += (part as Uint8Array).length;
      }
      return { bytes, sha256: hash.digest('hex'), read: () => readFile(file) };
    } finally {
      await handle.close();
    }
  } catch (error) {
    signal?.throwIfAborted();
    return `cannot be opened (${(error as NodeJS.ErrnoException).code ?? 'unknown error'})`;
  }
}

function nothingReadable(location: string, reasons: readonly Skipped[]): Fault {
  const first = reasons.slice(0, 3).map((skip) => `${skip.path}: ${skip.reason}`);
  return new Fault(
    'input',
    `documents: there is nothing to read in ${location}${first.length > 0 ? ` (${first.join('; ')})` : ''}.`,
    `Name a folder, file or glob that holds documents (${FORMATS_READ}).`,
    { details: reasons.map((skip) => `${skip.path}: ${skip.reason}`) },
  );
}

function byPath(a: { path: string }, b: { path: string }): number {
  return a.path < b.path ? -1 : a.path > b.path ? 1 : 0;
}
