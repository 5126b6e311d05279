import { type FileHandle, open, readFile, writeFile } from 'node:fs/promises';
import { afterEach, expect, it } from 'vitest';
import { temporaryFolder } from '../../../primitives/temporary-folder.fixture.ts';
import { contentOf, storedEntries } from './stored-entries.ts';

const VIEWS = new URL('../../../../tests/recorded/pickled/views.bin', import.meta.url).pathname;
const folder = temporaryFolder();
let file: FileHandle;
afterEach(() => file.close());

/** The archive with the sizes and offsets of its entries in fields of Zip64, as one above 4 GiB has them. */
async function asZip64(): Promise<Buffer> {
  const bytes = await readFile(VIEWS);
  const end = bytes.lastIndexOf('PK\x05\x06', undefined, 'latin1');
  const start = bytes.readUInt32LE(end + 16);
  const records: Buffer[] = [];
  for (let at = start; bytes.toString('latin1', at, at + 4) === 'PK\x01\x02'; ) {
    const length = 46 + bytes.readUInt16LE(at + 28);
    const record = Buffer.from(bytes.subarray(at, at + length));
    const field = Buffer.alloc(4 + 24);
    field.writeUInt16LE(1);
    field.writeUInt16LE(24, 2);
    for (const [i, place] of [24, 20, 42].entries()) {
      field.writeBigUInt64LE(BigInt(record.readUInt32LE(place)), 4 + 8 * i);
      record.writeUInt32LE(0xffffffff, place);
    }
    record.writeUInt16LE(field.length, 30);
    records.push(record, field);
    at += length + bytes.readUInt16LE(at + 30) + bytes.readUInt16LE(at + 32);
  }
  const directory = Buffer.concat(records);
  const last = Buffer.alloc(56 + 20 + 22);
  last.write('PK\x06\x06', 'latin1');
  last.writeBigUInt64LE(BigInt(directory.length), 40);
  last.writeBigUInt64LE(BigInt(start), 48);
  last.write('PK\x06\x07', 56, 'latin1');
  last.writeBigUInt64LE(BigInt(start + directory.length), 56 + 8);
  last.write('PK\x05\x06', 76, 'latin1');
  last.fill(0xff, 76 + 8, 76 + 20);
  return Buffer.concat([bytes.subarray(0, start), directory, last]);
}

async function entriesOf(path: string): Promise<Record<string, string>> {
  file = await open(path);
  const damaged = () => new Error('damaged');
  const found: Record<string, string> = {};
  for (const [name, entry] of await storedEntries(file, damaged)) {
    const { buffer } = await file.read(
      Buffer.alloc(entry.bytes),
      0,
      entry.bytes,
      await contentOf(file, entry, damaged),
    );
    found[name] = buffer.toString('hex');
  }
  return found;
}

it('finds the same entries in an archive of more than 4 GiB, whose numbers are elsewhere', async () => {
  const small = await entriesOf(VIEWS);
  await file.close();
  expect(Buffer.from(small['views/byteorder'] ?? '', 'hex').toString()).toBe('little');
  await writeFile(folder.join('large.bin'), await asZip64());
  expect(await entriesOf(folder.join('large.bin'))).toEqual(small);
});

it('finds them before a comment at the end', async () => {
  const bytes = await readFile(VIEWS);
  bytes.writeUInt16LE(3, bytes.length - 2);
  await writeFile(folder.join('commented.bin'), Buffer.concat([bytes, Buffer.from('PK!')]));
  expect(Object.keys(await entriesOf(folder.join('commented.bin')))).toContain('views/data.pkl');
});
