import { Fault } from '../../contracts/fault.ts';

/** What an `s3://` location asks for: one object, everything below a folder, or what a glob matches. */
export interface ObjectPlace {
  readonly bucket: string;
  /** Prefix of what lies below: '' or ending in a slash. */
  readonly folder: string;
  /** The key that the location is, where it may be that of an object. */
  readonly object: string | undefined;
  /** Glob that whole keys must match. */
  readonly glob: string | undefined;
}

const MAGIC = /[*?[\]{}]/;

export function isObjectLocation(location: string): boolean {
  return /^s3:\/\//i.test(location);
}

/**
 * @param field the field of the run input that names it, for the fault.
 * @throws Fault `input` if it names no bucket, or lies outside the roots (`s3://bucket` or `s3://bucket/folder`).
 */
export function resolveObjectLocation(location: string, roots: readonly string[], field = 'documents'): ObjectPlace {
  const parsed = parse(location);
  if (!parsed)
    throw new Fault('input', `${field}: ${JSON.stringify(location)} names no bucket.`, 'Write s3://bucket/folder/.');
  const { bucket, path } = parsed;
  const segments = path.split('/');
  const magic = segments.findIndex((segment) => MAGIC.test(segment));
  const fixed = (magic === -1 ? segments : segments.slice(0, magic)).join('/').replace(/\/+$/, '');
  const allowed = roots.some((root) => {
    const within = parse(root);
    const folder = within?.path.replace(/\/+$/, '');
    return within?.bucket === bucket && (folder === '' || fixed === folder || fixed.startsWith(`${folder}/`));
  });
  if (!allowed || isTreacherous(fixed))
    throw new Fault(
      'input',
      `${field}: ${location} lies outside the folders this worker may read.`,
      'Add its bucket or folder to the worker’s document roots.',
    );
  return {
    bucket,
    folder: fixed === '' ? '' : `${fixed}/`,
    object: magic === -1 && fixed !== '' && !path.endsWith('/') ? fixed : undefined,
    glob: magic === -1 ? undefined : path,
  };
}

/** Whether some servers would take the key for that of another object, as they tidy paths up. */
export function isTreacherous(key: string): boolean {
  return key !== '' && key.split('/').some((segment) => segment === '' || segment === '.' || segment === '..');
}

function parse(uri: string): { bucket: string; path: string } | undefined {
  const [, bucket, path = ''] = /^s3:\/\/([^/\0]+)(?:\/([^\0]*))?$/is.exec(uri) ?? [];
  return bucket === undefined ? undefined : { bucket, path };
}
