import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';

/** SHA-256 in lower-case hex, of bytes or of a text's UTF-8. */
export function sha256(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}

/** The first 16 hex digits of `sha256`: short enough to read, and unique among all documents and chunks of a corpus. */
export function contentId(content: string | Uint8Array): string {
  return sha256(content).slice(0, 16);
}

/** SHA-256 of lines, each with a line feed, which together may be longer than a string can be. */
export function hashLines(lines: Iterable<string>): string {
  const hash = createHash('sha256');
  for (const line of lines) hash.update(line).update('\n');
  return hash.digest('hex');
}

/** SHA-256 of a file in lower-case hex, read as a stream. @throws the file system's error if it cannot be read. */
export async function hashFile(file: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file, { highWaterMark: 1 << 20 }), hash);
  return hash.digest('hex');
}

/** The SHA-256 sums that are written in bytes, in lower-case hex. */
export function hashesIn(bytes: Uint8Array): string[] {
  return (
    Buffer.from(bytes)
      .toString('latin1')
      .match(/(?<![0-9a-f])[0-9a-f]{64}(?![0-9a-f])/g) ?? []
  );
}

/** JSON with the keys of every object sorted, so that equal values have equal bytes and therefore equal hashes. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    inner !== null && typeof inner === 'object' && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}
