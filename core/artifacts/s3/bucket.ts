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

/** The most that S3 copies in one request. */
const COPY_BYTES = 5 * 2 ** 30;
const PASSED_BYTES = 64 * 2 ** 20;
/** Tries in a row that bring nothing, before the bucket counts as unavailable. */
const TRIES = 6;

export interface Listed {
  readonly key: string;
  readonly bytes: number;
  readonly etag: string;
}

export interface Stored {
  readonly bytes: Uint8Array;
  readonly etag: string;
}

/**
 * One bucket, by whole keys. Its methods throw Faults alone, and repeat by themselves what a passing fault broke.
 * (Not called Bucket: TypeScript 7.0 renames a key of the class’ own name in what it compiles, and requests have one.)
 */
export class S3Bucket {
  readonly name: string;
  readonly #client: S3Client;

  constructor(name: string, client: S3Client = connect()) {
    this.name = name;
    this.#client = client;
  }

  /** A small object whole, its checksum compared where the server keeps one; undefined if there is none. */
  async get(key: string): Promise<Stored | undefined> {
    for (let tries = 1; ; tries++) {
      const request = new GetObjectCommand({ Bucket: this.name, Key: key, ChecksumMode: 'ENABLED' });
      const answer = await this.#found(() => this.#client.send(request));
      if (answer === undefined) return undefined;
      try {
        const bytes = (await answer.Body?.transformToByteArray()) ?? new Uint8Array();
        if (bytes.length !== answer.ContentLength) throw new Error(`${key} came cut off`);
        return { bytes, etag: answer.ETag as string };
      } catch (error) {
        if (tries === TRIES) throw asFault(error, this.name);
      }
      await backOff(tries);
    }
  }

  /**
   * An object's bytes as they come, picked up where a connection broke.
   * @param etag the version that is meant; default: whichever there is.
   * @throws Fault `lost` if there is no such object or version (any more).
   */
  async *read(key: string, etag?: string): AsyncGenerator<Uint8Array> {
    let version = etag;
    let offset = 0;
    let total = Number.POSITIVE_INFINITY;
    for (let tries = 1; offset < total; tries++) {
      const answer = await this.#found(() =>
        this.#client.send(
          new GetObjectCommand({
            Bucket: this.name,
            Key: key,
            ...(version && { IfMatch: version }),
            ...(offset > 0 && { Range: `bytes=${offset}-` }),
          }),
        ),
      );
      if (answer === undefined)
        throw new Fault('lost', `s3://${this.name}/${key} is not there any more.`, 'Start the run again.');
      version ??= answer.ETag;
      total = offset + (answer.ContentLength ?? 0);
      try {
        for await (const part of answer.Body as AsyncIterable<Uint8Array>) {
          offset += part.length;
          tries = 0;
          yield part;
        }
      } catch (error) {
        if (tries >= TRIES) throw asFault(error, this.name);
      }
      if (tries >= TRIES) throw asFault(new Error(`${key} comes cut off`), this.name);
      if (offset < total) await backOff(tries);
    }
  }

  /** What is known of an object without reading it; undefined if there is none. */
  head(key: string): Promise<HeadObjectCommandOutput | undefined> {
    return this.#found(() => this.#client.send(new HeadObjectCommand({ Bucket: this.name, Key: key })));
  }

  /**
   * Replaces what was there; the number of bytes. An upload of a large file that broke off is taken up by the next to the same key.
   * @throws ENOENT if the file goes meanwhile.
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
      // Whoever uploads the same at the same time has completed it first.
      if ((await this.head(key))?.ContentLength !== bytes) return this.put(key, content);
    }
    return bytes;
  }

  /** As `put`, on the server's side. */
  async copy(from: string, to: string, bytes: number): Promise<void> {
    if (bytes > COPY_BYTES) return this.#pass(from, to);
    const source = `${this.name}/${from.split('/').map(encodeURIComponent).join('/')}`;
    const request = new CopyObjectCommand({ Bucket: this.name, Key: to, CopySource: source });
    if (!(await this.#found(() => this.#client.send(request))))
      throw new Fault('lost', `s3://${this.name}/${from} is not there any more.`, 'Start the run again.');
  }

  /**
   * Writes if the condition holds; the new ETag, or undefined if it does not.
   * @param condition `absent`, or the ETag that must still be there.
   * @param wasMine asked where an answer may have been lost: the object that stands in the way may be this very one.
   */
  async putIf(
    key: string,
    condition: 'absent' | { etag: string },
    input: Pick<PutObjectCommandInput, 'Body' | 'Metadata'>,
    wasMine: () => Promise<string | undefined>,
  ): Promise<string | undefined> {
    const only = condition === 'absent' ? { IfNoneMatch: '*' } : { IfMatch: condition.etag };
    for (let tries = 1; ; tries++) {
      try {
        const answer = await this.#client.send(
          new PutObjectCommand({ Bucket: this.name, Key: key, ...only, ...input }),
        );
        return answer.ETag as string;
      } catch (error) {
        const status = statusOf(error);
        if (status === 412 || isMissing(error)) return wasRepeated(error) ? wasMine() : undefined;
        // Another writer was at it in the same moment; who won shows at the next try.
        if (status !== 409 || tries === TRIES) throw asFault(error, this.name);
      }
      await backOff(tries);
    }
  }

  async *list(prefix: string): AsyncGenerator<Listed> {
    try {
      // Keys may hold characters that XML cannot.
      const input = { Bucket: this.name, Prefix: prefix, EncodingType: 'url' as const };
      for await (const page of paginateListObjectsV2({ client: this.#client }, input)) {
        const decode = (key: string) =>
          page.EncodingType === 'url' ? decodeURIComponent(key.replaceAll('+', ' ')) : key;
        for (const { Key, Size, ETag } of page.Contents ?? [])
          yield { key: decode(Key as string), bytes: Size ?? 0, etag: ETag as string };
      }
    } catch (error) {
      throw asFault(error, this.name);
    }
  }

  async remove(key: string): Promise<void> {
    await this.#found(() => this.#client.send(new DeleteObjectCommand({ Bucket: this.name, Key: key })));
  }

  /** Copies what is too large for S3 to copy at once: down here, and up again. */
  async #pass(from: string, to: string): Promise<void> {
    const params = { Bucket: this.name, Key: to, Body: Readable.from(this.read(from)) };
    await new Upload({ client: this.#client, params, partSize: PASSED_BYTES }).done().catch((error) => {
      throw asFault(error, this.name);
    });
  }

  /** The answer, or undefined where the object or version asked for is not there. */
  async #found<T>(ask: () => Promise<T>): Promise<T | undefined> {
    try {
      return await ask();
    } catch (error) {
      if (isMissing(error) || statusOf(error) === 412) return undefined;
      throw asFault(error, this.name);
    }
  }
}

/** Longer with every try, and different for everyone who waits. */
function backOff(tries: number): Promise<void> {
  return setTimeout(Math.random() * 100 * 2 ** tries);
}
