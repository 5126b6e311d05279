import { readFile, writeFile } from 'node:fs/promises';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { Fault } from '../../contracts/fault.ts';
import { hashFile } from '../../primitives/hash.ts';
import { temporaryFolder } from '../../primitives/temporary-folder.fixture.ts';
import { SafetensorsFile, writeSafetensors } from './safetensors.ts';

const folder = temporaryFolder('file');
let path: string;
beforeAll(() => {
  path = folder.join('x.safetensors');
});

const tensor = (name: string, values: number[]) => ({
  name,
  dtype: 'F32',
  shape: [values.length],
  bytes: () => new Uint8Array(Float32Array.from(values).buffer),
});

function file(header: unknown, bytes: number): Buffer {
  const json = Buffer.from(typeof header === 'string' ? header : JSON.stringify(header));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(json.length));
  return Buffer.concat([length, json, Buffer.alloc(bytes)]);
}

async function rejection(content: Uint8Array): Promise<string> {
  await writeFile(path, content);
  const error = await SafetensorsFile.open(path).catch((failure) => failure);
  expect(error).toBeInstanceOf(Fault);
  expect(error.kind).toBe('input');
  expect(error.message).toContain(path);
  return error.message;
}

describe('a safetensors file', () => {
  it('is read as it was written, in the same order, and has the hash that was returned', async () => {
    const hash = await writeSafetensors(path, [tensor('b', [1, 2, 3]), tensor('a', []), tensor('c', [4])], {
      format: 'pt',
    });
    expect(hash).toBe(await hashFile(path));
    const read = await SafetensorsFile.open(path);
    expect([...read.tensors.keys()]).toEqual(['b', 'a', 'c']);
    expect(read.metadata).toEqual({ format: 'pt' });
    expect(new Float32Array((await read.read('b')).buffer)).toEqual(Float32Array.of(1, 2, 3));
    await expect(read.read('d')).rejects.toThrow('has no tensor d');
    await read.close();
  });

  const entry = (begin: number, end: number, shape = [2], dtype = 'F32') => ({
    dtype,
    shape,
    data_offsets: [begin, end],
  });
  it.each<[string, Uint8Array, string]>([
    ['an empty file', Buffer.alloc(0), 'header length'],
    ['a file shorter than its header', file({ a: entry(0, 8) }, 8).subarray(0, 20), 'header length'],
    ['a header length that is much too large', Buffer.alloc(64, 0xff), 'header length'],
    ['a header that is not JSON', file('{"a":', 0), 'not JSON'],
    ['a header that is a list', file([], 0), 'not JSON'],
    ['an entry without a shape', file({ a: { dtype: 'F32', data_offsets: [0, 8] } }, 8), 'malformed'],
    ['a negative size', file({ a: entry(0, 8, [-2]) }, 8), 'malformed'],
    ['an unknown type', file({ a: entry(0, 8, [2], 'F31') }, 8), 'unknown type F31'],
    ['a type named like a property of every object', file({ a: entry(0, 8, [2], 'constructor') }, 8), 'unknown type'],
    ['a shape that does not fit its bytes', file({ a: entry(0, 8, [3]) }, 8), 'does not fit'],
    ['tensors that overlap', file({ a: entry(0, 8), b: entry(4, 12) }, 12), 'do not follow'],
    ['a gap', file({ a: entry(0, 8), b: entry(12, 20) }, 20), 'do not follow'],
    ['an end beyond the file', file({ a: entry(0, 8) }, 4), 'bytes, but'],
    ['bytes of no tensor', file({ a: entry(0, 8) }, 12), 'bytes, but'],
  ])('is rejected: %s', async (_, content, message) => {
    expect(await rejection(content)).toContain(message);
  });

  it('is read completely or rejected if any byte is changed or the end is missing', async () => {
    await writeSafetensors(path, [tensor('a', [1, 2]), tensor('b', [3])]);
    const valid = await readFile(path);
    await fc.assert(
      fc.asyncProperty(fc.nat(valid.length - 1), fc.nat(255), fc.boolean(), async (at, byte, cut) => {
        const changed = Buffer.from(cut ? valid.subarray(0, at) : valid);
        if (!cut) changed[at] = byte;
        await writeFile(path, changed);
        const outcome = await SafetensorsFile.open(path).catch((failure) => failure);
        if (outcome instanceof Fault) return;
        for (const { name, bytes } of outcome.tensors.values()) expect(await outcome.read(name)).toHaveLength(bytes);
        await outcome.close();
      }),
      { numRuns: 200, seed: 1 },
    );
  });
});
