import { createWriteStream } from 'node:fs';
import { mkdir, mkdtemp, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { Fault } from '../../contracts/fault.ts';
import { canonicalJson, sha256 } from '../../primitives/hash.ts';
import { keySegments } from '../key.ts';
import { type ListedObject, S3Bucket } from './bucket.ts';
import { parseStoreUri } from './location.ts';

/**
 * Downloads all objects below an `s3://` prefix and returns the path of the local folder. Nothing is downloaded if the
 * cache already has the same versions.
 * @param cache folder for downloads that is kept between runs.
 * @throws Fault `input` if there is no object, `lost` if one is replaced meanwhile; the reason of `signal`.
 */
export async function fetchFolder(uri: string, cache: string, signal?: AbortSignal): Promise<string> {
  const { bucket: name, prefix } = parseStoreUri(uri);
  const bucket = new S3Bucket(name);
  const objects: ListedObject[] = [];
  for await (const object of bucket.list(prefix)) if (!object.key.endsWith('/')) objects.push(object);
  if (objects.length === 0)
    throw new Fault('input', `There is nothing at ${uri}.`, 'Check the name, as `hone show` prints it.');
  const folder = join(cache, sha256(canonicalJson([uri, objects])).slice(0, 16));
  if (await stat(folder).catch(() => undefined)) return folder;

  await mkdir(cache, { recursive: true });
  const partial = await mkdtemp(join(cache, 'partial-'));
  try {
    for (const { key, etag } of objects) {
      const file = join(partial, ...keySegments(key.slice(prefix.length)));
      await mkdir(dirname(file), { recursive: true });
      await pipeline(bucket.read(key, etag), createWriteStream(file), { signal });
    }
    await rename(partial, folder).catch((error: NodeJS.ErrnoException) => {
      // Another process has downloaded the same versions meanwhile.
      if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error;
    });
  } finally {
    await rm(partial, { recursive: true, force: true });
  }
  return folder;
}
