import { createHash, randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, unlink } from 'node:fs/promises';
import { dirname } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { S3Client } from '@aws-sdk/client-s3';
import type { ArtifactRef } from '../../contracts/artifact.ts';
import type { ArtifactStore, OpenStoreOptions } from '../../contracts/artifact-store.ts';
import { Fault } from '../../contracts/fault.ts';
import { hashFile, sha256 } from '../../primitives/hash.ts';
import { keySegments } from '../key.ts';
import { S3Bucket } from './bucket.ts';
import { connect } from './connect.ts';
import { countRetries } from './count-retries.ts';
import { noConditionalWrites, statusOf } from './faults.ts';
import { parseStoreUri } from './location.ts';

/** Downloads with a wrong hash after which the object itself, and not the connection, is taken to be corrupt. */
const MAX_DOWNLOADS = 3;
const NEWLINE = 10;
/** No object has it. */
const NO_ETAG = `"${'0'.repeat(32)}"`;

/**
 * An `ArtifactStore` in a bucket whose server supports conditional writes.
 *
 *     objects/ab/<sha256>   content-addressed bytes
 *     trash/<sha256>/       objects that a collector has found unreferenced, until a later collection
 *     <key>                 entries; a pointer is an object with the UUID of its write as the first line
 *     hone-store            written at opening under conditions that do not hold, to test that the writes fail
 *
 * Invariant: because of the UUID, no two versions of a pointer share an ETag, even if they hold the same bytes.
 * @throws Fault `config` or `credentials` if the bucket does not exist, refuses the credentials, or does not support
 *   conditional writes.
 */
export async function openS3Store(uri: string, { onRetry }: OpenStoreOptions = {}): Promise<ArtifactStore> {
  const connected = (options?: { checksums: boolean }) => {
    const client = connect(process.env, options);
    if (onRetry) countRetries(client, onRetry);
    return client;
  };
  try {
    return await open(uri, connected());
  } catch (error) {
    // By the same status servers refuse checksums in a request and conditional writes.
    if (!(error instanceof Fault) || statusOf(error.cause) !== 501) throw error;
    return open(uri, connected({ checksums: false }));
  }
}

async function open(uri: string, client: S3Client): Promise<ArtifactStore> {
  const { bucket: name, prefix } = parseStoreUri(uri);
  const bucket = new S3Bucket(name, client);
  const at = (key: string) => prefix + keySegments(key).join('/');
  const objectKey = (digest: string) => `${prefix}objects/${digest.slice(0, 2)}/${digest}`;

  const putIfAbsent = async (key: string, bytes: Uint8Array): Promise<boolean> => {
    const writer = randomUUID();
    const input = { Body: bytes, Metadata: { writer } };
    const findOwn = async () => {
      const found = await bucket.head(at(key));
      return found?.Metadata?.writer === writer ? found.ETag : undefined;
    };
    return (await bucket.putIf(at(key), 'absent', input, findOwn)) !== undefined;
  };
  const marker = new TextEncoder().encode('An artifact store of Hone: docs/storage.md says what may be deleted.\n');
  if ((await putIfAbsent('hone-store', marker)) && (await putIfAbsent('hone-store', marker)))
    throw noConditionalWrites(name);
  const swapped = await bucket.putIf(at('hone-store'), { etag: NO_ETAG }, { Body: marker }, async () => undefined);
  if (swapped !== undefined) throw noConditionalWrites(name);

  const store: ArtifactStore = {
    uri: `s3://${name}/${prefix}`.replace(/\/$/, ''),

    async putObject(content) {
      const digest = content instanceof Uint8Array ? sha256(content) : await hashFile(content.file);
      const ref = { uri: `s3://${name}/${objectKey(digest)}`, sha256: digest };
      // Corrupt bytes are replaced, as whoever stores them again has the right ones.
      const stored = await bucket.head(objectKey(digest));
      if (stored && (await hashOf(bucket.read(objectKey(digest)))) === digest)
        return { ...ref, bytes: stored.ContentLength as number };
      return { ...ref, bytes: await bucket.put(objectKey(digest), content) };
    },

    async readObject(ref) {
      const parts: Uint8Array[] = [];
      await download(ref, async (pieces) => {
        parts.length = 0;
        for await (const piece of pieces) parts.push(piece);
      });
      return Buffer.concat(parts);
    },

    async fetchObject(ref, file) {
      await mkdir(dirname(file), { recursive: true });
      try {
        await download(ref, (pieces) => pipeline(pieces, createWriteStream(file)));
      } catch (error) {
        await unlink(file).catch(() => {});
        throw error;
      }
    },

    hasObject: async ({ sha256: digest, bytes }) => (await headObject(digest))?.ContentLength === bytes,
    removeObject: (ref) => bucket.remove(objectKey(ref.sha256)),

    async retireObject(digest, collection) {
      const found = await bucket.head(objectKey(digest));
      if (!found) return;
      const to = at(`trash/${digest}/${collection}`);
      await bucket.copy(objectKey(digest), to, found.ContentLength ?? 0).then(
        () => bucket.remove(objectKey(digest)),
        (error) => {
          // Another collector was faster.
          if (!isLost(error)) throw error;
        },
      );
    },

    get: async (key) => (await bucket.get(at(key)))?.bytes,
    putIfAbsent,
    async materialise(ref, key) {
      // The server copies without a check, so the version that it copies has to be the one that was checked.
      const etag = (await headObject(ref.sha256))?.ETag;
      await download(ref, drain, etag);
      await bucket.copy(objectKey(ref.sha256), at(key), ref.bytes, etag);
    },

    async *list(below) {
      for await (const { key, bytes, etag, writtenAt } of bucket.list(prefix + below))
        yield { key: key.slice(prefix.length), bytes, writtenAt, version: etag };
    },
    remove: ({ key, version }) => bucket.remove(at(key), version),

    readPointer: async (key) => {
      const found = await readPointerObject(key);
      return found && { version: found.etag, bytes: found.bytes, writtenAt: found.writtenAt };
    },

    async swapPointer(key, expected, bytes) {
      const writer = randomUUID();
      const findOwn = async () => {
        const found = await readPointerObject(key);
        return found?.writer === writer ? found.etag : undefined;
      };
      const Body = Buffer.concat([Buffer.from(`${writer}\n`), bytes]);
      return bucket.putIf(at(key), expected === undefined ? 'absent' : { etag: expected }, { Body }, findOwn);
    },
  };
  return store;

  async function readPointerObject(key: string) {
    const found = await bucket.get(at(key));
    if (!found) return undefined;
    const end = found.bytes.indexOf(NEWLINE);
    const writer = new TextDecoder().decode(found.bytes.subarray(0, end));
    return { writer, etag: found.etag, bytes: found.bytes.subarray(end + 1), writtenAt: found.writtenAt };
  }

  /** An object in its place, after it was put back from the trash if it was there; undefined if it is in neither. */
  async function headObject(digest: string) {
    const found = await bucket.head(objectKey(digest));
    return found ?? ((await putBack(digest)) ? bucket.head(objectKey(digest)) : undefined);
  }

  /**
   * Whether an object is in its place, after it was put back from the trash if it was there. Its copy in the trash
   * stays, until a collector removes it.
   */
  async function putBack(digest: string): Promise<boolean> {
    for await (const { key, bytes } of bucket.list(`${prefix}trash/${digest}/`)) {
      try {
        await bucket.copy(key, objectKey(digest), bytes);
        return true;
      } catch (error) {
        // A collector has just removed it.
        if (!isLost(error)) throw error;
      }
    }
    // Another reader may have put it back since it was missed.
    return (await bucket.head(objectKey(digest))) !== undefined;
  }

  /**
   * Streams an object to `consume`. If the hash is wrong, downloads it again, so `consume` may be called more than
   * once. An object that stays corrupt is deleted, so that the step that produces it can store it again.
   * @param etag the version to read; default: the current one.
   */
  async function download(
    ref: ArtifactRef,
    consume: (pieces: AsyncIterable<Uint8Array>) => Promise<void>,
    etag?: string,
  ): Promise<void> {
    for (let attempt = 1; attempt <= MAX_DOWNLOADS; attempt++) {
      const hash = createHash('sha256');
      try {
        await consume(hashed(bucket.read(objectKey(ref.sha256), etag), hash));
      } catch (error) {
        const mayBeBack = isLost(error) && attempt < MAX_DOWNLOADS && (await putBack(ref.sha256));
        if (!mayBeBack) throw error;
        continue;
      }
      if (hash.digest('hex') === ref.sha256) return;
    }
    await bucket.remove(objectKey(ref.sha256));
    // A copy in the trash is as corrupt, and would be put back.
    for await (const { key } of bucket.list(`${prefix}trash/${ref.sha256}/`)) await bucket.remove(key);
    throw new Fault(
      'lost',
      `The artifact ${ref.uri} no longer has the bytes it was stored with.`,
      'Start the run again: the step that makes it will make it again.',
    );
  }
}

function isLost(error: unknown): boolean {
  return error instanceof Fault && error.kind === 'lost';
}

async function hashOf(pieces: AsyncIterable<Uint8Array>): Promise<string> {
  const hash = createHash('sha256');
  await drain(hashed(pieces, hash));
  return hash.digest('hex');
}

async function drain(pieces: AsyncIterable<Uint8Array>): Promise<void> {
  for await (const _ of pieces);
}

/** Passes the pieces on and adds them to the hash. */
async function* hashed(pieces: AsyncIterable<Uint8Array>, hash: ReturnType<typeof createHash>) {
  for await (const piece of pieces) {
    hash.update(piece);
    yield piece;
  }
}
