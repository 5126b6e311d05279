import { createHash } from 'node:crypto';
import { type FileHandle, open } from 'node:fs/promises';
import { crc32 } from 'node:zlib';
import {
  type CompletedPart,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  ListMultipartUploadsCommand,
  ListPartsCommand,
  type ListPartsCommandInput,
  type MultipartUpload,
  type S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { inParallel } from '../../primitives/in-parallel.ts';
import { statusOf } from './faults.ts';

/** An upload is resumed by the numbers of its parts: with another part size, none of them could be reused. */
const PART_BYTES = 16 * 2 ** 20;
/** Parts that are uploaded at once. */
const CONCURRENCY = 4;

/** Whether a file has more than one part. Smaller ones are uploaded in one request. */
export function isLarge(bytes: number): boolean {
  return bytes > PART_BYTES;
}

/**
 * Uploads a file of `bytes` bytes in parts. If an upload is interrupted (its worker was killed, for example), the next
 * upload to the same key resumes it: parts that the server already has with the same MD5 are not sent again. Only for
 * keys that are derived from the content.
 * @throws errors of the SDK; `ENOENT` if the file becomes shorter.
 */
export async function uploadResumably(
  client: S3Client,
  { Bucket, Key }: { Bucket: string; Key: string },
  file: string,
  bytes: number,
): Promise<void> {
  // By default the SDK sends a checksum with each part. S3 then requires the algorithm when the upload is created and
  // the checksums when it is completed.
  const checked = (await client.config.requestChecksumCalculation()) === 'WHEN_SUPPORTED';
  const algorithm = checked && { ChecksumAlgorithm: 'CRC32' as const };
  const begun = await findUnfinished(client, Bucket, Key);
  const UploadId =
    begun ?? (await client.send(new CreateMultipartUploadCommand({ Bucket, Key, ...algorithm }))).UploadId;
  const target = { Bucket, Key, UploadId };
  const uploaded = begun ? await partsOf(client, target) : new Map<number, string>();

  const handle = await open(file);
  try {
    const send = async (PartNumber: number): Promise<CompletedPart> => {
      const body = await read(handle, (PartNumber - 1) * PART_BYTES, bytes);
      const previous = uploaded.get(PartNumber);
      const ETag =
        previous?.replaceAll('"', '') === md5(body)
          ? previous
          : (await client.send(new UploadPartCommand({ ...target, PartNumber, Body: body, ...algorithm }))).ETag;
      return { PartNumber, ETag, ...(checked && { ChecksumCRC32: crc32Base64(body) }) };
    };
    const numbers = Array.from({ length: Math.ceil(bytes / PART_BYTES) }, (_, i) => i + 1);
    const parts = await inParallel(numbers, CONCURRENCY, send);
    await client.send(new CompleteMultipartUploadCommand({ ...target, MultipartUpload: { Parts: parts } }));
  } finally {
    await handle.close();
  }
}

/** The id of the newest upload to this key that was created and not completed. */
async function findUnfinished(client: S3Client, Bucket: string, Key: string): Promise<string | undefined> {
  const { Uploads = [] } = await client
    .send(new ListMultipartUploadsCommand({ Bucket, Prefix: Key }))
    .catch((error): { Uploads?: MultipartUpload[] } => {
      // Without the permission to list uploads, a new one is created.
      if (statusOf(error) === 403) return {};
      throw error;
    });
  return Uploads.findLast((upload) => upload.Key === Key)?.UploadId;
}

/**
 * ETags by part number. Does not use the SDK's paginator, which never ends with servers that name a next page after the
 * last one.
 */
async function partsOf(
  client: S3Client,
  target: Pick<ListPartsCommandInput, 'Bucket' | 'Key' | 'UploadId'>,
): Promise<Map<number, string>> {
  const etags = new Map<number, string>();
  for (let marker: string | undefined; ; ) {
    const page = await client.send(new ListPartsCommand({ ...target, PartNumberMarker: marker }));
    for (const { PartNumber, ETag } of page.Parts ?? []) etags.set(PartNumber as number, ETag as string);
    if (!page.IsTruncated) return etags;
    marker = page.NextPartNumberMarker;
  }
}

async function read(handle: FileHandle, position: number, end: number): Promise<Buffer> {
  const buffer = Buffer.alloc(Math.min(PART_BYTES, end - position));
  for (let at = 0; at < buffer.length; ) {
    const { bytesRead } = await handle.read(buffer, at, buffer.length - at, position + at);
    if (bytesRead === 0) throw Object.assign(new Error('the file was truncated during its upload'), { code: 'ENOENT' });
    at += bytesRead;
  }
  return buffer;
}

/**
 * CRC-32 in base64. Computed here also for parts of an earlier upload, since not every server lists their checksums.
 */
function crc32Base64(content: Uint8Array): string {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(crc32(content));
  return bytes.toString('base64');
}

/** Equals the ETag of a part, unless the bucket is encrypted with KMS keys; then all parts are sent again. */
function md5(content: Uint8Array): string {
  return createHash('md5').update(content).digest('hex');
}
