import { Fault } from '../../contracts/fault.ts';
import { keySegments } from '../key.ts';

export interface S3Location {
  readonly bucket: string;
  /** Key prefix of everything in the store: '' or ending in a slash. */
  readonly prefix: string;
}

/** Parses `s3://bucket` or `s3://bucket/prefix`. @throws Fault `config` if `uri` is neither. */
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
