import type { S3Bucket } from './bucket.ts';

/** Reads objects of any bucket with this machine's own credentials. The S3 SDK is loaded at the first use. */
export function bucketObjects() {
  const buckets = new Map<string, Promise<S3Bucket>>();
  const open = (name: string) => {
    const opened = buckets.get(name) ?? import('./bucket.ts').then(({ S3Bucket }) => new S3Bucket(name));
    buckets.set(name, opened);
    return opened;
  };
  return {
    async *list(bucket: string, prefix: string) {
      yield* (await open(bucket)).list(prefix);
    },
    async *read(bucket: string, key: string, etag: string) {
      yield* (await open(bucket)).read(key, etag);
    },
  };
}
