import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeFloats, encodeFloats } from './floats.ts';

const bytesOf = (halves: number[]) => new Uint8Array(Uint16Array.from(halves).buffer);
const halvesOf = (bytes: Uint8Array) => [...new Uint16Array(bytes.buffer, bytes.byteOffset, bytes.length / 2)];

describe('half-precision weights', () => {
  it.each(['F16', 'BF16'] as const)('%s: all 65,536 numbers are unchanged after decoding and encoding', (type) => {
    const all = Array.from({ length: 65536 }, (_, i) => i);
    const wide = decodeFloats(bytesOf(all), type);
    const again = halvesOf(encodeFloats(wide, type));
    for (const half of all) if (!Number.isNaN(wide[half])) expect(again[half]).toBe(half);
    expect(decodeFloats(encodeFloats(Float32Array.of(Number.NaN), type) as Uint8Array<ArrayBuffer>, type)[0]).toBeNaN();
  });

  it.each<['F16' | 'BF16', number, number]>([
    ['F16', 1, 0x3c00],
    ['F16', -2, 0xc000],
    ['F16', 65504, 0x7bff],
    ['F16', 65519, 0x7bff],
    ['F16', 65520, 0x7c00],
    ['F16', 2 ** -24, 0x0001],
    ['F16', 2 ** -25, 0x0000],
    ['F16', 2 ** -14, 0x0400],
    ['F16', 1 + 2 ** -11, 0x3c00],
    ['F16', 1 + 3 * 2 ** -11, 0x3c02],
    ['BF16', 1, 0x3f80],
    ['BF16', 1 + 2 ** -8, 0x3f80],
    ['BF16', 1 + 3 * 2 ** -8, 0x3f82],
    ['BF16', Number.POSITIVE_INFINITY, 0x7f80],
  ])('%s: %d is 0x%x', (type, value, half) => {
    expect(halvesOf(encodeFloats(Float32Array.of(value), type))).toEqual([half]);
  });

  it.each(['F16', 'BF16'] as const)('%s: rounds to the nearest representable number', (type) => {
    const numbers = decodeFloats(bytesOf(Array.from({ length: 0x7c00 }, (_, i) => i)), type);
    fc.assert(
      fc.property(fc.float({ min: 2 ** -20, max: 60000, noNaN: true }), (x) => {
        const [half = 0] = halvesOf(encodeFloats(Float32Array.of(x), type));
        const distance = (at: number) => Math.abs((numbers[at] ?? Number.POSITIVE_INFINITY) - x);
        expect(distance(half)).toBeLessThanOrEqual(Math.min(distance(half - 1), distance(half + 1)));
      }),
      { seed: 1 },
    );
  });
});

describe('double-precision weights', () => {
  it('are rounded to float32, also where they do not begin at a multiple of eight bytes', () => {
    const values = Float64Array.of(0.1, -2, 1e-40);
    const bytes = new Uint8Array(28);
    bytes.set(new Uint8Array(values.buffer), 4);
    expect([...decodeFloats(bytes.subarray(4), 'F64')]).toEqual([...Float32Array.from(values)]);
    expect([...new Float64Array(encodeFloats(Float32Array.of(0.5, -3), 'F64').buffer as ArrayBuffer)]).toEqual([
      0.5, -3,
    ]);
  });
});
