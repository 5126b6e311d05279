import { expect, test } from 'vitest';
import type { QADataset } from '../contracts/dataset.ts';
import type { TextEncoder } from '../contracts/model.ts';
import { RoundTripOptions } from '../contracts/round-trip.ts';
import { roundTrip } from './round-trip.ts';

/** A text's letters a to z, counted: an encoder that knows which words share letters, and nothing else. */
const LETTERS: TextEncoder = {
  dimension: 26,
  embed: async (texts) =>
    texts.map((text) => {
      const row = new Float32Array(26);
      for (const letter of text.toLowerCase().match(/[a-z]/g) ?? []) (row[letter.charCodeAt(0) - 97] as number) += 1;
      const length = Math.hypot(...row);
      return row.map((value) => value / length);
    }),
};

const corpus = { pump: 'pump pump', valve: 'valve valve', filter: 'filter filter', boiler: 'boiler boiler' };
const side = (queries: Record<string, [string, ...string[]]>, of: Record<string, string>): QADataset => ({
  queries: Object.fromEntries(Object.entries(queries).map(([id, [text]]) => [id, text])),
  relevant_docs: Object.fromEntries(Object.entries(queries).map(([id, [, ...answers]]) => [id, answers])),
  corpus: of,
  mode: 'text',
});
const { boiler: _, ...trained } = corpus;
const SIDES = {
  train: side({ q1: ['pump?', 'pump'], q2: ['valve?', 'filter'], q3: ['filter?', 'pump', 'filter'] }, trained),
  validation: side({ q4: ['boiler?', 'boiler'], q5: ['pump?', 'valve'] }, corpus),
};
const check = (options: Partial<RoundTripOptions>) => roundTrip(LETTERS, SIDES, RoundTripOptions.parse(options));

test('counts the questions that find one of their passages among the first k of all', async () => {
  const { train, report } = await check({ topK: 1 });
  expect(report).toEqual({
    topK: 1,
    train: { questions: 3, passed: 2 },
    validation: { questions: 2, passed: 1 },
    leftOut: 0,
  });
  expect(train).toBe(SIDES.train);
  expect((await check({})).report).toMatchObject({ topK: 10, train: { passed: 3 }, validation: { passed: 2 } });
});

test('leaves the others out of training if asked to, with the passages that only they know; judging stays as it is', async () => {
  const { train, report } = await check({ topK: 1, filter: true });
  expect(Object.keys(train.queries)).toEqual(['q1', 'q3']);
  expect(train.relevant_docs).toEqual({ q1: ['pump'], q3: ['pump', 'filter'] });
  expect(Object.keys(train.corpus)).toEqual(['pump', 'filter']);
  expect(report).toMatchObject({ leftOut: 1, validation: { questions: 2 } });
});
