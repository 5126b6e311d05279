import { readFile } from 'node:fs/promises';
import { Fault } from '../../core/contracts/fault.ts';
import { allowedRoots } from '../../core/corpus/sources/allowed-roots.ts';
import { resolveLocation } from '../../core/corpus/sources/location.ts';
import { isObjectLocation, resolveObjectLocation } from '../../core/corpus/sources/object-location.ts';
import type { WorkerContext } from './context.ts';

/**
 * Reads a file or object that a run input names.
 * @param field the field of the run input, for error messages.
 * @throws Fault `input` if it is outside the worker's document roots, does not exist, or is a file larger than 2 GiB.
 */
export async function readNamedFile(
  { base, roots }: Pick<WorkerContext, 'base' | 'roots'>,
  location: string,
  field: string,
): Promise<Uint8Array> {
  if (isObjectLocation(location)) return readNamedObject(location, roots, field);
  const folders = await allowedRoots(roots.filter((root) => !isObjectLocation(root)));
  const place = await resolveLocation(location, base, folders, field);
  if (!place.isFile) throw new Fault('input', `${field}: ${location} is not a file.`, 'Name one file.');
  return readFile(place.start).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ERR_FS_FILE_TOO_LARGE') throw error;
    throw new Fault('input', `${field}: ${location} is larger than 2 GiB.`, 'Use a smaller file.', { cause: error });
  });
}

async function readNamedObject(location: string, roots: readonly string[], field: string): Promise<Uint8Array> {
  const { bucket, object } = resolveObjectLocation(location, roots, field);
  const { S3Bucket } = await import('../../core/artifacts/s3/bucket.ts');
  const found = object && (await new S3Bucket(bucket).get(object));
  if (!found) throw new Fault('input', `${field}: there is no object ${location}.`, 'Name one object.');
  return found.bytes;
}
