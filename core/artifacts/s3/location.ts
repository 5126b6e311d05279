import { Fault } from '../../contracts/fault.ts';
import { keySegments } from '../key.ts';

/** A bucket, and the prefix below which things lie: '' or ending in a slash. */
export interface S3Location {
  readonly bucket: string;
  readonly prefix: string;
}

/** @throws Fault `config` if it is no `s3://bucket` or `s3://bucket/prefix`. */
export function parseStoreUri(uri: string): S3Location {
  const [, bucket, path = ''] = /^s3:\/\/([a-z0-9][a-z0-9._-]{1,62})(?:\/+(.*?))?\/*$/is.exec(uri) ?? [];
  if (!bucket)
    throw new Fault(
      'config',
      `${JSON.stringify(uri)} does not name a bucket.`,
      'Write the store as s3://bucket or s3://bucket/prefix.',
    );
  return { bucket, prefix: path === '' ? '' : `${keySegments(path).join('/')}/` };
}
