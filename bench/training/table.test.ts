import { expect, test } from 'vitest';
import { caseTable, median, type Round } from './table.ts';

const settings = { steps: 12, warmUp: 3, batchSize: 10, maxLength: 256, threads: 2 };
const figuresOf = (samplesPerSecond: number, peakBytes: number) => ({
  samplesPerSecond,
  peakBytes,
  flopsPerSecond: 5e10,
});
const round = (hone: number, peer: number): Round => ({
  sgemm: 1e11,
  figures: {
    'hone fp32 dropout off': figuresOf(hone, 1e9),
    'sentence-transformers fp32 dropout off': figuresOf(peer, 2e9),
    'sentence-transformers fp32 dropout on': figuresOf(peer, 3e9),
  },
});
const rowOf = (table: string, start: string) => table.split('\n').find((line) => line.startsWith(`| ${start}`));

test('ratios are computed within a round, so that a round on a slow machine does not change them', () => {
  // The ratio of the medians would be 10 / 4 = 2.5.
  const table = caseTable('a/b', [round(10, 5), round(2, 1), round(12, 4)], settings);
  expect(rowOf(table, 'sentence-transformers fp32 | off')).toBe(
    '| sentence-transformers fp32 | off | 4.00 (1.00–5.00) | 2.00x | 2.00 GB | 0.50x | 50 % |',
  );
});

test('variants that Hone did not run at the same dropout are not compared', () => {
  const table = caseTable('a/b', [round(10, 5)], settings);
  expect(rowOf(table, 'sentence-transformers fp32 | on')).toBe(
    '| sentence-transformers fp32 | on | 5.00 | – | 3.00 GB | – | 50 % |',
  );
});

test('the median of an even number of values is the mean of the middle two', () => {
  expect(median([4, 1, 3, 2])).toBe(2.5);
  expect(median([])).toBeNaN();
});
