import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import type { Skipped } from '../contracts/corpus.ts';
import { Fault } from '../contracts/fault.ts';
import { allowedRoots } from './allowed-roots.ts';
import { resolveLocation } from './location.ts';
import { walk } from './walk.ts';

/** A document on disk, not yet read. */
export interface FoundFile {
  /** As the user would name it, `/`-separated: below `base` if it lies there, else from the location's last folder on. */
  readonly path: string;
  /** Absolute, without symbolic links. */
  readonly file: string;
  readonly bytes: number;
  /** Lower-case hex SHA-256 of the bytes. */
  readonly sha256: string;
}

const EXTENSIONS = new Set(
  ['md', 'markdown', 'mdx', 'txt', 'text', 'rst', 'html', 'htm', 'xhtml', 'pdf', 'docx'].map((name) => `.${name}`),
);
const MAX_FILE_BYTES = 64 * 2 ** 20;

/**
 * Every readable document under the locations (folders, files, globs; paths or `file://` URIs; relative ones from
 * `base`), ordered by path, each file once. Hidden files, `node_modules` and unknown types are passed over; files over
 * `maxFileBytes` (default 64 MiB), links out of the roots and files without read permission are skipped with a reason.
 * @throws Fault `input` if a location does not exist, lies outside the roots, or holds nothing that can be read.
 */
export async function findDocuments(
  locations: readonly string[],
  options: { roots: readonly string[]; base: string; maxFileBytes?: number },
): Promise<{ files: FoundFile[]; skipped: Skipped[] }> {
  const roots = await allowedRoots(options.roots);
  const files = new Map<string, FoundFile>();
  const skipped = new Map<string, Skipped>();
  const paths = new Set<string>();
  for (const location of locations) {
    const place = await resolveLocation(location, options.base, roots);
    const reasons: Skipped[] = [];
    let found = 0;
    for await (const entry of walk(place, roots)) {
      const path = paths.has(entry.path) && !files.has(entry.file) ? entry.file.replaceAll('\\', '/') : entry.path;
      const inspected =
        entry.reason ?? (await inspect(entry.file, place.named, options.maxFileBytes ?? MAX_FILE_BYTES));
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

/** Size and hash of a file worth reading, or the reason why it is not. */
async function inspect(
  file: string,
  named: boolean,
  maxBytes: number,
): Promise<{ bytes: number; sha256: string } | string> {
  const extension = /\.[^./\\]*$/.exec(file)?.[0].toLowerCase() ?? '';
  // A file named by itself is meant; what is in it decides, not what it is called.
  if (!named && !EXTENSIONS.has(extension)) {
    return `${extension === '' ? 'files without an extension' : `${extension} files`} are not read (md, txt, html, pdf and docx are)`;
  }
  try {
    const { size } = await stat(file);
    if (size > maxBytes) return `larger than the ${Math.round(maxBytes / 2 ** 20)} MiB a document may have`;
    if (size === 0) return 'empty file';
    const handle = await open(file, constants.O_RDONLY | constants.O_NOFOLLOW);
    try {
      const hash = createHash('sha256');
      let bytes = 0;
      for await (const part of handle.createReadStream({ autoClose: false })) {
        hash.update(part as Uint8Array);
        bytes += (part as Uint8Array).length;
      }
      return { bytes, sha256: hash.digest('hex') };
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
