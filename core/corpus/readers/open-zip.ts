import { inflateRawSync } from 'node:zlib';
import { Unreadable } from './document-content.ts';

const MAX_ENTRIES = 10_000;
const MAX_INFLATED_BYTES = 256 * 2 ** 20;

/** Signatures of the records. */
const END_OF_DIRECTORY = 0x06054b50;
const DIRECTORY_ENTRY = 0x02014b50;
const LOCAL_HEADER = 0x04034b50;

/** The files in a zip archive. */
export interface ZipArchive {
  readonly names: readonly string[];
  /** The content of a file; undefined if there is none of this name. */
  read(name: string): Uint8Array | undefined;
}

/**
 * Opens a zip archive. Its directory may declare at most 10,000 entries and 256 MiB, and every entry has to inflate to
 * its declared size. The layout is that of PKWARE's APPNOTE 6.3.
 * @throws Unreadable if the archive is damaged, encrypted, or larger than that; from `read`, too.
 */
export function openZip(bytes: Uint8Array): ZipArchive {
  const zip = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const entries = orDamaged(() => readDirectory(zip));
  if (entries.reduce((sum, entry) => sum + entry.inflated, 0) > MAX_INFLATED_BYTES) throw tooLarge();
  const byName = new Map(entries.map((entry) => [entry.name, entry]));
  return {
    names: entries.map((entry) => entry.name),
    read(name) {
      const entry = byName.get(name);
      return entry && orDamaged(() => inflate(zip, entry));
    },
  };
}

/** Whatever goes wrong in reading the records of an archive is due to the archive. */
function orDamaged<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw error instanceof Unreadable ? error : new Unreadable('a damaged zip archive');
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
      // Some programs for Windows separate folders by backslashes.
      name: zip.toString('utf8', at + 46, at + 46 + nameLength).replaceAll('\\', '/'),
      method: zip.readUInt16LE(at + 10),
      packed: zip.readUInt32LE(at + 20),
      inflated: zip.readUInt32LE(at + 24),
      offset: zip.readUInt32LE(at + 42),
    });
    at += 46 + nameLength + zip.readUInt16LE(at + 30) + zip.readUInt16LE(at + 32);
  }
  return entries;
}

function inflate(zip: Buffer, entry: Entry): Uint8Array {
  if (zip.readUInt32LE(entry.offset) !== LOCAL_HEADER) throw new Unreadable('a damaged zip archive');
  const start = entry.offset + 30 + zip.readUInt16LE(entry.offset + 26) + zip.readUInt16LE(entry.offset + 28);
  const packed = zip.subarray(start, start + entry.packed);
  if (entry.method === 0 && packed.length === entry.inflated) return packed;
  if (entry.method !== 8) throw new Unreadable('a damaged zip archive');
  try {
    const content = inflateRawSync(packed, { maxOutputLength: Math.max(1, entry.inflated) });
    if (content.length === entry.inflated) return content;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') throw tooLarge();
  }
  throw new Unreadable('a damaged zip archive');
}

function tooLarge(): Unreadable {
  return new Unreadable('a zip archive that unpacks to more than it declares, or to more than 256 MiB');
}
