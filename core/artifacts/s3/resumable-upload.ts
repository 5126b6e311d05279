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
import { statusOf } from './faults.ts';

/** Also what an upload that goes on counts in: of another size, nothing of it would fit. */
const PART_BYTES = 16 * 2 ** 20;
const AT_ONCE = 4;

/** Whether a file is better sent in parts. */
export function isLarge(bytes: number): boolean {
  return bytes > PART_BYTES;
}

/**
 * Uploads a file in parts. One that broke off (its worker was killed, say) is taken up by whoever next uploads to the same key:
 * parts that are there with the same MD5 are not sent again. For keys that are named by their content.
 */
export async function uploadResumably(
  client: S3Client,
  { Bucket, Key }: { Bucket: string; Key: string },
  file: string,
  bytes: number,
): Promise<void> {
  // The SDK sends each part's checksum unless it is told otherwise, and S3 wants to know of that before and after.
  const checked = (await client.config.requestChecksumCalculation()) === 'WHEN_SUPPORTED';
  const algorithm = checked && { ChecksumAlgorithm: 'CRC32' as const };
  const begun = await unfinished(client, Bucket, Key);
  const UploadId =
    begun ?? (await client.send(new CreateMultipartUploadCommand({ Bucket, Key, ...algorithm }))).UploadId;
  const target = { Bucket, Key, UploadId };
  const there = begun ? await partsOf(client, target) : new Map<number, string>();

  const handle = await open(file);
  try {
    const send = async (PartNumber: number): Promise<CompletedPart> => {
      const body = await read(handle, (PartNumber - 1) * PART_BYTES, bytes);
      const known = there.get(PartNumber);
      const ETag =
        known?.replaceAll('"', '') === md5(body)
          ? known
          : (await client.send(new UploadPartCommand({ ...target, PartNumber, Body: body, ...algorithm }))).ETag;
      return { PartNumber, ETag, ...(checked && { ChecksumCRC32: checksum(body) }) };
    };
    const parts: CompletedPart[] = new Array(Math.ceil(bytes / PART_BYTES));
    const failures: unknown[] = [];
    let sent = 0;
    const lane = async () => {
      // What is under way when a part fails is seen through: it need not be sent again.
      while (sent < parts.length && failures.length === 0) {
        const part = sent++;
        await send(part + 1).then(
          (done) => (parts[part] = done),
          (error) => failures.push(error),
        );
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, lane));
    if (failures.length > 0) throw failures[0];
    await client.send(new CompleteMultipartUploadCommand({ ...target, MultipartUpload: { Parts: parts } }));
  } finally {
    await handle.close();
  }
}

/** The newest upload to this key that was begun and not completed. */
async function unfinished(client: S3Client, Bucket: string, Key: string): Promise<string | undefined> {
  const { Uploads = [] } = await client
    .send(new ListMultipartUploadsCommand({ Bucket, Prefix: Key }))
    .catch((error): { Uploads?: MultipartUpload[] } => {
      // Who may not list them uploads anew.
      if (statusOf(error) === 403) return {};
      throw error;
    });
  return Uploads.findLast((upload) => upload.Key === Key)?.UploadId;
}

/** ETags by part number. By hand: some servers name a next page after the last, on which the SDK's paginator would turn for ever. */
async function partsOf(
  client: S3Client,
  target: Pick<ListPartsCommandInput, 'Bucket' | 'Key' | 'UploadId'>,
): Promise<Map<number, string>> {
  const there = new Map<number, string>();
  for (let marker: string | undefined; ; ) {
    const page = await client.send(new ListPartsCommand({ ...target, PartNumberMarker: marker }));
    for (const { PartNumber, ETag } of page.Parts ?? []) there.set(PartNumber as number, ETag as string);
    if (!page.IsTruncated) return there;
    marker = page.NextPartNumberMarker;
  }
}

async function read(handle: FileHandle, position: number, end: number): Promise<Buffer> {
  const buffer = Buffer.alloc(Math.min(PART_BYTES, end - position));
  for (let at = 0; at < buffer.length; ) {
    const { bytesRead } = await handle.read(buffer, at, buffer.length - at, position + at);
    if (bytesRead === 0) throw Object.assign(new Error('the file was cut off while it was sent'), { code: 'ENOENT' });
    at += bytesRead;
  }
  return buffer;
}

/** Not every server lists those of the parts it has. */
function checksum(content: Uint8Array): string {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(crc32(content));
  return bytes.toString('base64');
}

/** S3's own name for a part's content, unless the bucket encrypts with keys of its own; then parts are sent again. */
function md5(content: Uint8Array): string {
  return createHash('md5').update(content).digest('hex');
}
