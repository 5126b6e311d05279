import { Fault } from '../../contracts/fault.ts';

/** A resolved `s3://` location: an object, a folder of objects, or a glob. */
export interface ResolvedObjectLocation {
  readonly bucket: string;
  /** Key prefix of the objects in the folder: '' or ending in a slash. */
  readonly folder: string;
  /** The key, if the location can be a single object. */
  readonly object: string | undefined;
  /** Glob that full keys have to match; undefined: all. */
  readonly glob: string | undefined;
}

const GLOB_CHARACTERS = /[*?[\]{}]/;

export function isObjectLocation(location: string): boolean {
  return /^s3:\/\//i.test(location);
}

/**
 * Resolves an `s3://` location.
 * @param roots what the worker may read: `s3://bucket`, `s3://bucket/folder`.
 * @param field the field of the run input, for messages.
 * @throws Fault `input` if the location has no bucket or is outside the roots.
 */
export function resolveObjectLocation(
  location: string,
  roots: readonly string[],
  field = 'documents',
): ResolvedObjectLocation {
  const parsed = parse(location);
  if (!parsed)
    throw new Fault('input', `${field}: ${JSON.stringify(location)} names no bucket.`, 'Write s3://bucket/folder/.');
  const { bucket, path } = parsed;
  const segments = path.split('/');
  const firstGlob = segments.findIndex((segment) => GLOB_CHARACTERS.test(segment));
  const prefix = (firstGlob === -1 ? segments : segments.slice(0, firstGlob)).join('/').replace(/\/+$/, '');
  const allowed = roots.some((root) => {
    const parsedRoot = parse(root);
    const folder = parsedRoot?.path.replace(/\/+$/, '');
    if (parsedRoot?.bucket !== bucket || folder === undefined) return false;
    if (folder !== '' && prefix !== folder && !prefix.startsWith(`${folder}/`)) return false;
    // Hidden objects hold keys and settings, as hidden files do.
    return !prefix
      .slice(folder.length)
      .split('/')
      .some((segment) => segment.startsWith('.'));
  });
  if (!allowed || isAmbiguousKey(prefix))
    throw new Fault(
      'input',
      `${field}: ${location} lies outside the folders this worker may read.`,
      'Add its bucket or folder to the worker’s document roots.',
    );
  return {
    bucket,
    folder: prefix === '' ? '' : `${prefix}/`,
    object: firstGlob === -1 && prefix !== '' && !path.endsWith('/') ? prefix : undefined,
    glob: firstGlob === -1 ? undefined : path,
  };
}

/** Whether some servers would normalise the key (`a/../b`, `a//b`) and access another object. */
export function isAmbiguousKey(key: string): boolean {
  return key !== '' && key.split('/').some((segment) => segment === '' || segment === '.' || segment === '..');
}

function parse(uri: string): { bucket: string; path: string } | undefined {
  const [, bucket, path = ''] = /^s3:\/\/([^/\0]+)(?:\/([^\0]*))?$/is.exec(uri) ?? [];
  return bucket === undefined ? undefined : { bucket, path };
}
