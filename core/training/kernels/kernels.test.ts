import { describe, expect, it } from 'vitest';
import { seeded } from '../../primitives/random.ts';
import { floatsInOneMemory, kernelsOf, paddedLength } from './kernels.ts';

describe('the kernels', () => {
  it.each([1, 4, 1003])('sum %d squares in double precision, to the same bits every time', (length) => {
    const [x] = floatsInOneMemory([length]) as [Float32Array<ArrayBuffer>];
    x.set(x.map((_, i) => 10 ** ((i % 16) - 8) * Math.sin(i + 1)));
    const sum = kernelsOf(x).squares(x.byteOffset, paddedLength(length));
    expect(sum / x.reduce((total, value) => total + value * value, 0)).toBeCloseTo(1, 12);
    expect(kernelsOf(x).squares(x.byteOffset, paddedLength(length))).toBe(sum);
  });

  it('draw the same random numbers as random.ts', () => {
    const [mask] = floatsInOneMemory([1000]) as [Float32Array<ArrayBuffer>];
    // The state that `seeded(0)` starts from.
    kernelsOf(mask).masks(mask.byteOffset, 1000, 0x9e3779b9, 0.25 * 2 ** 32, 2);
    const random = seeded(0);
    expect([...mask]).toEqual(Array.from({ length: 1000 }, () => (random() < 0.25 ? 0 : 2)));
  });

  it('do not write beyond their array', () => {
    const [before, mask, after] = floatsInOneMemory([5, 8, 5]) as [Float32Array, Float32Array, Float32Array];
    kernelsOf(mask).masks(mask.byteOffset, 8, 1, 0, 1);
    expect([...before, ...after].every((x) => x === 0)).toBe(true);
    expect([...mask].every((x) => x === 1)).toBe(true);
  });
});
