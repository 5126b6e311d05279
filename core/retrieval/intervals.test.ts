import { readFile } from 'node:fs/promises';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { splitMix32 } from '../primitives/random.ts';
import { bootstrapFewMeans } from './bootstrap.ts';
import { meanIntervals } from './mean-intervals.ts';
import { normalShareBelow, studentT } from './quantiles.ts';
import { effectiveCount, wilson } from './wilson.ts';

/** By scipy and numpy: tests/recorded/retrieval/record-intervals.py. */
const RECORDED: {
  wilson: { found: number; of: number; low: number; high: number }[];
  t: Record<string, number>;
  documents: number[][];
  byDocument: [number, number];
  byQuestion: [number, number];
} = JSON.parse(await readFile(new URL('../../tests/recorded/retrieval/intervals.json', import.meta.url), 'utf8'));

const ONES = (n: number) => new Float64Array(n).fill(1);
const added = [-Math.SQRT1_2, Math.SQRT1_2] as const;

describe('an interval agrees with scipy and numpy', () => {
  it('on shares, by Wilson', () => {
    for (const { found, of, low, high } of RECORDED.wilson) {
      const interval = wilson(found / of, of);
      expect(interval.low).toBeCloseTo(low, 12);
      expect(interval.high).toBeCloseTo(high, 12);
    }
  });

  it('on the quantiles of Student’s t and of the normal distribution', () => {
    for (const [degrees, t] of Object.entries(RECORDED.t)) expect(studentT(Number(degrees))).toBeCloseTo(t, 2);
    expect(studentT(17)).toBeCloseTo(RECORDED.t['17'] as number, 4);
    for (const [x, share] of [
      [-3, 0.0013499],
      [-1.959964, 0.025],
      [0, 0.5],
      [1, 0.8413447],
    ] as const)
      expect(normalShareBelow(x)).toBeCloseTo(share, 6);
  });

  it('on gains, with the questions of a document resampled together or each by itself', () => {
    const values = Float64Array.from(RECORDED.documents.flat());
    const groups = RECORDED.documents.flatMap((questions, i) => questions.map(() => `document ${i}`));
    const [byDocument] = bootstrapFewMeans([{ values, added }], groups);
    const [byQuestion] = bootstrapFewMeans([{ values, added }]);
    // The tails of the two sides are those of different random numbers.
    expect(byDocument?.low).toBeCloseTo(RECORDED.byDocument[0], 1.9);
    expect(byDocument?.high).toBeCloseTo(RECORDED.byDocument[1], 1.9);
    expect(byQuestion?.low).toBeCloseTo(RECORDED.byQuestion[0], 1.9);
    expect(byQuestion?.high).toBeCloseTo(RECORDED.byQuestion[1], 1.9);
  });
});

describe('few questions', () => {
  it('leave a rate open, although all are found or none is', () => {
    const [all] = meanIntervals([{ values: ONES(4), highest: ONES(4) }]);
    expect(all).toMatchObject({ value: 1, high: 1 });
    expect(all?.low).toBeCloseTo(0.51, 2);
    const [none] = meanIntervals([{ values: new Float64Array(4), highest: ONES(4) }]);
    expect(none).toMatchObject({ value: 0, low: 0 });
    expect(none?.high).toBeCloseTo(0.49, 2);
  });

  it('leave a graded metric open, although it is the same for all', () => {
    const [interval] = meanIntervals([{ values: Float64Array.of(0.5, 0.5, 0.5), highest: ONES(3) }]);
    expect(interval?.low).toBeLessThan(0.35);
    expect(interval?.high).toBeGreaterThan(0.65);
  });

  it('leave a metric below its highest value, which depends on how many passages are relevant', () => {
    const highest = Float64Array.of(0.2, 0.2, 0.2, 0.2);
    const [precision] = meanIntervals([{ values: highest, highest }]);
    expect(precision).toMatchObject({ value: 0.2, high: 0.2 });
    expect(precision?.low).toBeCloseTo(0.2 * 0.51, 2);
  });

  it('of any number prove no gain', () => {
    const gain = (values: number[]) => bootstrapFewMeans([{ values: Float64Array.from(values), added }])[0];
    expect(gain([1])?.low).toBeLessThan(0);
    expect(gain([1, 1])?.low).toBeLessThan(0);
    const same = gain([0, 0, 0, 0]);
    expect(same?.low).toBeLessThan(-0.2);
    expect(same?.high).toBeGreaterThan(0.2);
  });

  it('of one document say nothing about others, however many they are', () => {
    const groups = Array.from({ length: 200 }, () => 'the only document');
    const values = Float64Array.from(groups, (_, i) => (i < 150 ? 1 : 0));
    expect(meanIntervals([{ values, highest: ONES(200) }], groups)[0]).toEqual({ value: 0.75, low: 0, high: 1 });
    const [gain] = bootstrapFewMeans([{ values, added }], groups);
    expect(gain?.low).toBeLessThan(-0.5);
  });
});

it('an interval holds the mean and stays within the scale', () => {
  const value = fc.double({ min: 0, max: 1, noNaN: true });
  fc.assert(
    fc.property(fc.array(fc.tuple(value, fc.nat(4)), { minLength: 1, maxLength: 40 }), (queries) => {
      const values = Float64Array.from(queries, ([value]) => value);
      const groups = queries.map(([, group]) => String(group));
      const [mean] = meanIntervals([{ values, highest: ONES(queries.length) }], groups);
      const { value = Number.NaN, low = Number.NaN, high = Number.NaN } = mean ?? {};
      expect(0 <= low && low <= value && value <= high && high <= 1 + 1e-12).toBe(true);
    }),
    { numRuns: 30 },
  );
});

it('questions count for as many as are independent', () => {
  const alike = Float64Array.of(1, 1, 1, 0, 0, 0, 1, 1, 1, 0, 0, 0);
  const groups = [...alike].map((_, i) => `document ${Math.floor(i / 3)}`);
  expect(effectiveCount(alike)).toBe(12);
  expect(
    effectiveCount(
      alike,
      groups.map((_, i) => String(i)),
    ),
  ).toBe(12);
  // Four documents whose questions are all alike say as much as four questions, and less for so few degrees of freedom.
  expect(effectiveCount(alike, groups)).toBeLessThan(4);
  // Questions that differ within their documents are not counted for more than they are.
  expect(effectiveCount(Float64Array.of(1, 0, 1, 0, 1, 0), ['a', 'a', 'b', 'b', 'c', 'c'])).toBeLessThanOrEqual(6);
});

describe('of a hundred intervals about 95 hold the truth', () => {
  const random = splitMix32(19);
  const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  /** Each document's questions are alike in how hard they are, and in how much the tuned model gains. */
  function simulate(documents: number, questions: number) {
    const found = Array.from({ length: documents }, () => {
      const [hard, gain] = [0.45 * normal(), 0.3 + 0.2 * normal()];
      return Array.from({ length: 1 + Math.floor(random() * (2 * questions - 1)) }, () => {
        const difficulty = hard + 0.9 * normal();
        return [difficulty > -0.2 ? 1 : 0, difficulty + gain + 0.3 * normal() > -0.2 ? 1 : 0] as const;
      });
    });
    return {
      base: Float64Array.from(found.flat(), ([base]) => base),
      gain: Float64Array.from(found.flat(), ([base, tuned]) => tuned - base),
      groups: found.flatMap((document, i) => document.map(() => String(i))),
    };
  }
  const mean = (values: Float64Array) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const large = simulate(40_000, 6);
  const [rate, gain] = [mean(large.base), mean(large.gain)];

  it.each([
    [6, 8],
    [18, 8],
    [30, 2],
  ])('for rates and gains of %d documents with some %d questions each', (documents, questions) => {
    const runs = 300;
    const held = { rate: 0, gain: 0 };
    for (let run = 0; run < runs; run++) {
      const { base, gain: values, groups } = simulate(documents, questions);
      const holds = (truth: number, { low, high } = { low: Number.NaN, high: Number.NaN }) =>
        Number(low <= truth && truth <= high);
      held.rate += holds(rate, meanIntervals([{ values: base, highest: ONES(base.length) }], groups)[0]);
      held.gain += holds(gain, bootstrapFewMeans([{ values, added }], groups)[0]);
    }
    for (const count of [held.rate, held.gain]) expect(count / runs).toBeGreaterThan(0.92);
    expect(held.rate / runs).toBeLessThan(0.995);
  });
});
