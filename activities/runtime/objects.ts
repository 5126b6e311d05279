import type { S3Bucket } from '../../core/artifacts/s3/bucket.ts';
import type { ObjectSource } from '../../core/corpus/sources/find-objects.ts';

/** Documents in buckets, read with the worker's own credentials. The S3 SDK is loaded at the first use. */
export function bucketObjects(): ObjectSource {
  const buckets = new Map<string, Promise<S3Bucket>>();
  const open = (name: string) => {
    const opened =
      buckets.get(name) ?? import('../../core/artifacts/s3/bucket.ts').then(({ S3Bucket }) => new S3Bucket(name));
    buckets.set(name, opened);
    return opened;
  };
  return {
    async *list(bucket, prefix) {
      yield* (await open(bucket)).list(prefix);
    },
    async *read(bucket, key, etag) {
      yield* (await open(bucket)).read(key, etag);
    },
  };
}
