import { readFile, stat } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { setTimeout } from 'node:timers/promises';
import {
  CopyObjectCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  type HeadObjectCommandOutput,
  PutObjectCommand,
  type PutObjectCommandInput,
  paginateListObjectsV2,
  type S3Client,
} from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import { Fault } from '../../contracts/fault.ts';
import { connect } from './connect.ts';
import { asFault, isMissing, statusOf, wasRepeated } from './faults.ts';
import { isLarge, uploadResumably } from './resumable-upload.ts';

/** The largest object that S3 copies in one request. */
const COPY_BYTES = 5 * 2 ** 30;
/** Part size for larger objects, which are downloaded and uploaded again. */
const STREAMED_PART_BYTES = 64 * 2 ** 20;
/** Attempts in a row without progress before the bucket counts as unavailable. */
const MAX_ATTEMPTS = 6;

export interface ListedObject {
  readonly key: string;
  readonly bytes: number;
  readonly etag: string;
  readonly writtenAt: Date;
}

export interface StoredObject {
  readonly bytes: Uint8Array;
  readonly etag: string;
  readonly writtenAt: Date;
}

/**
 * One bucket, by full keys. Its methods throw nothing but Faults (`asFault`), and retry transient errors themselves.
 * (Not named Bucket: TypeScript 7.0 renames object keys that equal the name of the enclosing class in its output, and
 * S3 requests have a key `Bucket`.)
 */
export class S3Bucket {
  readonly name: string;
  readonly #client: S3Client;

  constructor(name: string, client: S3Client = connect()) {
    this.name = name;
    this.#client = client;
  }

  /** A small object in one piece, its checksum verified if the server has one; undefined if there is no such object. */
  async get(key: string): Promise<StoredObject | undefined> {
    for (let attempt = 1; ; attempt++) {
      const request = new GetObjectCommand({ Bucket: this.name, Key: key, ChecksumMode: 'ENABLED' });
      const answer = await this.#found(() => this.#client.send(request));
      if (answer === undefined) return undefined;
      try {
        const bytes = (await answer.Body?.transformToByteArray()) ?? new Uint8Array();
        if (bytes.length !== answer.ContentLength) throw new Error(`${key} was truncated`);
        return { bytes, etag: answer.ETag as string, writtenAt: answer.LastModified ?? new Date() };
      } catch (error) {
        if (attempt === MAX_ATTEMPTS) throw asFault(error, this.name);
      }
      await backOff(attempt);
    }
  }

  /**
   * Streams an object. A download whose connection breaks is resumed where it stopped.
   * @param etag the version to read; default: the current one.
   * @throws Fault `lost` if the object or that version does not exist (any more).
   */
  async *read(key: string, etag?: string): AsyncGenerator<Uint8Array> {
    let version = etag;
    let offset = 0;
    let total = Number.POSITIVE_INFINITY;
    for (let attempt = 1; offset < total; attempt++) {
      const answer = await this.#found(() =>
        this.#client.send(
          new GetObjectCommand({
            Bucket: this.name,
            Key: key,
            IfMatch: version,
            Range: offset > 0 ? `bytes=${offset}-` : undefined,
          }),
        ),
      );
      if (answer === undefined)
        throw new Fault('lost', `s3://${this.name}/${key} no longer exists.`, 'Start the run again.');
      version ??= answer.ETag;
      total = offset + (answer.ContentLength ?? 0);
      try {
        for await (const part of answer.Body as AsyncIterable<Uint8Array>) {
          offset += part.length;
          // Any progress starts the count again.
          attempt = 0;
          yield part;
        }
      } catch (error) {
        if (attempt >= MAX_ATTEMPTS) throw asFault(error, this.name);
      }
      if (attempt >= MAX_ATTEMPTS) throw asFault(new Error(`${key} is truncated every time`), this.name);
      if (offset < total) await backOff(attempt);
    }
  }

  /** Size, ETag and metadata of an object; undefined if there is no such object. */
  head(key: string): Promise<HeadObjectCommandOutput | undefined> {
    return this.#found(() => this.#client.send(new HeadObjectCommand({ Bucket: this.name, Key: key })));
  }

  /**
   * Writes an object, replacing an older one. Returns its number of bytes. If the upload of a large file is
   * interrupted, the next upload to the same key resumes it.
   * @throws ENOENT if the file is deleted meanwhile.
   */
  async put(key: string, content: Uint8Array | { file: string }): Promise<number> {
    const bytes = content instanceof Uint8Array ? content.length : (await stat(content.file)).size;
    const target = { Bucket: this.name, Key: key };
    try {
      if (!(content instanceof Uint8Array) && isLarge(bytes))
        await uploadResumably(this.#client, target, content.file, bytes);
      else {
        const body = content instanceof Uint8Array ? content : await readFile(content.file);
        await this.#client.send(new PutObjectCommand({ ...target, Body: body }));
      }
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') throw error;
      if ((error as Error).name !== 'NoSuchUpload') throw asFault(error, this.name);
      // Another worker was uploading the same file and has completed the upload.
      if ((await this.head(key))?.ContentLength !== bytes) return this.put(key, content);
    }
    return bytes;
  }

  /**
   * Copies an object of `bytes` bytes within the bucket.
   * @param etag the version to copy; default: the current one.
   * @throws Fault `lost` if `from` or that version does not exist.
   */
  async copy(from: string, to: string, bytes: number, etag?: string): Promise<void> {
    if (bytes > COPY_BYTES) return this.#copyByStreaming(from, to, etag);
    const source = `${this.name}/${from.split('/').map(encodeURIComponent).join('/')}`;
    const request = new CopyObjectCommand({ Bucket: this.name, Key: to, CopySource: source, CopySourceIfMatch: etag });
    if (!(await this.#found(() => this.#client.send(request))))
      throw new Fault('lost', `s3://${this.name}/${from} no longer exists.`, 'Start the run again.');
  }

  /**
   * Writes an object if the condition holds. Returns the new ETag, or undefined if the condition does not hold.
   * @param condition `absent`: the key must not exist; else the ETag that the object must still have.
   * @param findOwn called if the condition fails after a retry, since the response to an earlier, successful request
   *   may have been lost. Returns the object's ETag if it was written by this call.
   */
  async putIf(
    key: string,
    condition: 'absent' | { etag: string },
    input: Pick<PutObjectCommandInput, 'Body' | 'Metadata'>,
    findOwn: () => Promise<string | undefined>,
  ): Promise<string | undefined> {
    const only = condition === 'absent' ? { IfNoneMatch: '*' } : { IfMatch: condition.etag };
    for (let attempt = 1; ; attempt++) {
      try {
        const answer = await this.#client.send(
          new PutObjectCommand({ Bucket: this.name, Key: key, ...only, ...input }),
        );
        return answer.ETag as string;
      } catch (error) {
        const status = statusOf(error);
        if (status === 412 || isMissing(error)) return wasRepeated(error) ? findOwn() : undefined;
        // Another writer wrote at the same moment. The next attempt shows which of them won.
        if (status !== 409 || attempt === MAX_ATTEMPTS) throw asFault(error, this.name);
      }
      await backOff(attempt);
    }
  }

  /** Objects whose key starts with `prefix`, in lexical order. */
  async *list(prefix: string): AsyncGenerator<ListedObject> {
    try {
      // Keys may contain characters that XML cannot represent.
      const input = { Bucket: this.name, Prefix: prefix, EncodingType: 'url' as const };
      for await (const page of paginateListObjectsV2({ client: this.#client }, input)) {
        const decode = (key: string) =>
          page.EncodingType === 'url' ? decodeURIComponent(key.replaceAll('+', ' ')) : key;
        for (const { Key, Size, ETag, LastModified } of page.Contents ?? [])
          yield {
            key: decode(Key as string),
            bytes: Size ?? 0,
            etag: ETag as string,
            writtenAt: LastModified ?? new Date(),
          };
      }
    } catch (error) {
      throw asFault(error, this.name);
    }
  }

  /**
   * Deletes an object if it exists.
   * @param etag delete only this version, which not every server heeds; default: whichever is there.
   */
  async remove(key: string, etag?: string): Promise<void> {
    await this.#found(() => this.#client.send(new DeleteObjectCommand({ Bucket: this.name, Key: key, IfMatch: etag })));
  }

  /** Copies an object that is too large for `CopyObject`, by downloading and uploading it. */
  async #copyByStreaming(from: string, to: string, etag?: string): Promise<void> {
    const params = { Bucket: this.name, Key: to, Body: Readable.from(this.read(from, etag)) };
    await new Upload({ client: this.#client, params, partSize: STREAMED_PART_BYTES }).done().catch((error) => {
      throw asFault(error, this.name);
    });
  }

  /** The response, or undefined if the requested object or version does not exist. */
  async #found<T>(send: () => Promise<T>): Promise<T | undefined> {
    try {
      return await send();
    } catch (error) {
      if (isMissing(error) || statusOf(error) === 412) return undefined;
      throw asFault(error, this.name);
    }
  }
}

/** Exponential backoff with full jitter, from 0.2 s. */
function backOff(attempt: number): Promise<void> {
  return setTimeout(Math.random() * 100 * 2 ** attempt);
}
