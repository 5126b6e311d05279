import type { FileHandle } from 'node:fs/promises';
import { readBytes } from '../tensor-file.ts';

/** Where an uncompressed entry of a zip archive is. */
export interface StoredEntry {
  /** Of its local header. */
  readonly header: number;
  readonly bytes: number;
}

/** Signatures of the records. */
const END = 0x06054b50;
const LOCATOR_64 = 0x07064b50;
const END_64 = 0x06064b50;
const DIRECTORY_ENTRY = 0x02014b50;
const LOCAL_HEADER = 0x04034b50;

const END_BYTES = 22;
const LOCATOR_BYTES = 20;
/** A comment after the last record may be this long. */
const MAX_COMMENT = 0xffff;
/** The directory of a model of a thousand layers takes less than 2 MB. */
const MAX_DIRECTORY = 64 * 2 ** 20;
/** Stands for a number that does not fit 32 bits, and is in the extra field of Zip64. */
const IN_ZIP64 = 0xffffffff;
const ZIP64 = 1;

/**
 * The entries of a zip archive, by name, without reading their content. The layout is that of PKWARE's APPNOTE 6.3,
 * with Zip64, as torch.save writes it: entries are stored, not compressed.
 * @throws what `invalid` returns, with what is wrong.
 */
export async function storedEntries(
  file: FileHandle,
  invalid: (what: string) => Error,
): Promise<ReadonlyMap<string, StoredEntry>> {
  const damaged = () => invalid('is damaged');
  const { size } = await file.stat();
  const { start, bytes } = await findDirectory(file, size, damaged);
  if (bytes > MAX_DIRECTORY || start + bytes > size) throw damaged();
  const directory = await readBytes(file, start, bytes, damaged);
  const entries = new Map<string, StoredEntry>();
  for (let at = 0; at + 46 <= bytes; ) {
    if (directory.readUInt32LE(at) !== DIRECTORY_ENTRY) throw damaged();
    const [name, extra, comment] = [28, 30, 32].map((field) => directory.readUInt16LE(at + field)) as Lengths;
    const next = at + 46 + name + extra + comment;
    if (next > bytes) throw damaged();
    const text = directory.toString('utf8', at + 46, at + 46 + name);
    const isPlain = directory.readUInt16LE(at + 10) === 0 && (directory.readUInt16LE(at + 8) & 1) === 0;
    if (!isPlain) throw invalid(`has the compressed entry ${text}, which torch does not write`);
    const numbers = [24, 20, 42].map((field) => directory.readUInt32LE(at + field));
    const [whole = 0, packed, header = 0] = withZip64(
      numbers,
      directory.subarray(at + 46 + name, at + 46 + name + extra),
      damaged,
    );
    if (packed !== whole || header + whole > size || entries.has(text)) throw damaged();
    entries.set(text, { header, bytes: whole });
    at = next;
  }
  return entries;
}

type Lengths = [name: number, extra: number, comment: number];

/** Position of the content of an entry. */
export async function contentOf(file: FileHandle, { header }: StoredEntry, damaged: () => Error): Promise<number> {
  const local = await readBytes(file, header, 30, damaged);
  if (local.readUInt32LE() !== LOCAL_HEADER) throw damaged();
  return header + 30 + local.readUInt16LE(26) + local.readUInt16LE(28);
}

async function findDirectory(
  file: FileHandle,
  size: number,
  damaged: () => Error,
): Promise<{ start: number; bytes: number }> {
  const tailBytes = Math.min(size, LOCATOR_BYTES + END_BYTES + MAX_COMMENT);
  const tail = await readBytes(file, size - tailBytes, tailBytes, damaged);
  let end = tail.length - END_BYTES;
  while (end >= 0 && tail.readUInt32LE(end) !== END) end -= 1;
  if (end < 0) throw damaged();
  const locator = end - LOCATOR_BYTES;
  if (locator < 0 || tail.readUInt32LE(locator) !== LOCATOR_64)
    return { bytes: tail.readUInt32LE(end + 12), start: tail.readUInt32LE(end + 16) };
  const record = await readBytes(file, number64(tail, locator + 8), 56, damaged);
  if (record.readUInt32LE() !== END_64) throw damaged();
  return { bytes: number64(record, 40), start: number64(record, 48) };
}

/** Replaces the numbers that do not fit 32 bits by those of the Zip64 field, which has them in the same order. */
function withZip64(numbers: readonly number[], extra: Buffer, damaged: () => Error): number[] {
  if (!numbers.includes(IN_ZIP64)) return [...numbers];
  for (let at = 0; at + 4 <= extra.length; at += 4 + extra.readUInt16LE(at + 2)) {
    if (extra.readUInt16LE(at) !== ZIP64) continue;
    const field = extra.subarray(at + 4, at + 4 + extra.readUInt16LE(at + 2));
    let next = 0;
    return numbers.map((number) => {
      if (number !== IN_ZIP64) return number;
      if (next + 8 > field.length) throw damaged();
      next += 8;
      return number64(field, next - 8);
    });
  }
  throw damaged();
}

/** A number of 64 bits; one above 2^53 is larger than any file and is found to be so. */
function number64(bytes: Buffer, at: number): number {
  return Number(bytes.readBigUInt64LE(at));
}
