import { inflateRawSync } from 'node:zlib';
import { Unreadable } from './document-content.ts';

const MAX_ENTRIES = 10_000;
const MAX_INFLATED_BYTES = 256 * 2 ** 20;

/** Signatures of the records. */
const END_OF_DIRECTORY = 0x06054b50;
const DIRECTORY_ENTRY = 0x02014b50;
const LOCAL_HEADER = 0x04034b50;

/**
 * Checks that a zip archive can be unpacked safely and returns the names of its entries. Its directory may declare at
 * most 10,000 entries and 256 MiB, and every entry has to inflate to its declared size. The layout is that of PKWARE's
 * APPNOTE 6.3.
 * @throws Unreadable if the archive is damaged, encrypted, or larger than that.
 */
export function checkZip(bytes: Uint8Array): string[] {
  const zip = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  try {
    const entries = readDirectory(zip);
    if (entries.reduce((sum, entry) => sum + entry.inflated, 0) > MAX_INFLATED_BYTES) throw tooLarge();
    for (const entry of entries) checkEntry(zip, entry);
    return entries.map((entry) => entry.name);
  } catch (error) {
    if (error instanceof Unreadable) throw error;
    throw new Unreadable('a damaged zip archive');
  }
}

interface Entry {
  readonly name: string;
  readonly method: number;
  readonly packed: number;
  readonly inflated: number;
  readonly offset: number;
}

function readDirectory(zip: Buffer): Entry[] {
  const end = zip.lastIndexOf(Buffer.from([0x50, 0x4b, 0x05, 0x06]));
  if (end === -1 || zip.readUInt32LE(end) !== END_OF_DIRECTORY) throw new Unreadable('a damaged zip archive');
  const count = zip.readUInt16LE(end + 10);
  if (count > MAX_ENTRIES) throw tooLarge();
  const entries: Entry[] = [];
  let at = zip.readUInt32LE(end + 16);
  for (let i = 0; i < count; i += 1) {
    if (zip.readUInt32LE(at) !== DIRECTORY_ENTRY) throw new Unreadable('a damaged zip archive');
    if ((zip.readUInt16LE(at + 8) & 1) === 1) throw new Unreadable('encrypted');
    const nameLength = zip.readUInt16LE(at + 28);
    entries.push({
      name: zip.toString('utf8', at + 46, at + 46 + nameLength),
      method: zip.readUInt16LE(at + 10),
      packed: zip.readUInt32LE(at + 20),
      inflated: zip.readUInt32LE(at + 24),
      offset: zip.readUInt32LE(at + 42),
    });
    at += 46 + nameLength + zip.readUInt16LE(at + 30) + zip.readUInt16LE(at + 32);
  }
  return entries;
}

/** Checks the declared size of an entry. The library that unpacks the file would detect a wrong one too late. */
function checkEntry(zip: Buffer, entry: Entry): void {
  if (zip.readUInt32LE(entry.offset) !== LOCAL_HEADER) throw new Unreadable('a damaged zip archive');
  const start = entry.offset + 30 + zip.readUInt16LE(entry.offset + 26) + zip.readUInt16LE(entry.offset + 28);
  const packed = zip.subarray(start, start + entry.packed);
  if (entry.method === 0 && packed.length === entry.inflated) return;
  if (entry.method !== 8) throw new Unreadable('a damaged zip archive');
  try {
    const size = inflateRawSync(packed, { maxOutputLength: Math.max(1, entry.inflated) }).length;
    if (size === entry.inflated) return;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') throw tooLarge();
  }
  throw new Unreadable('a damaged zip archive');
}

function tooLarge(): Unreadable {
  return new Unreadable('a zip archive that unpacks to more than it declares, or to more than 256 MiB');
}
