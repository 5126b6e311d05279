import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { quantiseRows, transposed } from './int8.ts';

const matrix = fc
  .tuple(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 5 }))
  .chain(([rows, columns]) =>
    fc
      .array(fc.integer({ min: -1e6, max: 1e6 }), { minLength: rows * columns, maxLength: rows * columns })
      .map((values) => ({ rows, columns, values: Float32Array.from(values, (x) => x / 1000) })),
  );

describe('a matrix quantised to int8', () => {
  it.each([127, 63])('differs by at most half a step of its row, with integers up to %i', (largest) => {
    fc.assert(
      fc.property(matrix, ({ rows, columns, values }) => {
        const quantised = quantiseRows(values, rows, largest);
        for (const [i, x] of values.entries()) {
          const [integer, scale] = [quantised.values[i], quantised.scales[Math.floor(i / columns)]] as [number, number];
          expect(Math.abs(integer)).toBeLessThanOrEqual(largest);
          expect(Math.abs(x - integer * scale)).toBeLessThanOrEqual(scale * 0.50001);
        }
      }),
    );
  });

  it('keeps small rows accurate beside large ones, and rows of zeros zero', () => {
    const { values, scales } = quantiseRows(Float32Array.of(1000, 500, 0.001, -0.0005, 0, 0), 3);
    expect([...values]).toEqual([127, 64, 127, -63, 0, 0]);
    expect((scales[1] as number) * 127).toBeCloseTo(0.001, 8);
    expect(scales[2]).toBe(1);
  });

  it('can be transposed', () => {
    expect([...transposed(Int8Array.of(1, 2, 3, 4, 5, 6), 2)]).toEqual([1, 4, 2, 5, 3, 6]);
  });
});
