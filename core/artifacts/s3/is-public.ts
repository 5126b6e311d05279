import { HeadObjectCommand } from '@aws-sdk/client-s3';
import { connect } from './connect.ts';
import { parseStoreUri } from './location.ts';

/**
 * Whether somebody without credentials may read an entry of the store, which exists.
 * @param uri `s3://bucket/prefix`.
 * @param key Of the entry, without the prefix.
 */
export async function isPublic(uri: string, key: string): Promise<boolean> {
  const { bucket, prefix } = parseStoreUri(uri);
  const client = connect(process.env, { anonymous: true });
  try {
    await client.send(new HeadObjectCommand({ Bucket: bucket, Key: prefix + key }));
    return true;
  } catch {
    return false;
  } finally {
    client.destroy();
  }
}
