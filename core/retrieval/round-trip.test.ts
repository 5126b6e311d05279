import { expect, test } from 'vitest';
import type { QADataset } from '../contracts/dataset.ts';
import type { TextEncoder } from '../contracts/model.ts';
import { RoundTripOptions } from '../contracts/round-trip.ts';
import { roundTrip } from './round-trip.ts';

/** Embeds a text as the counts of its letters a to z. */
const LETTERS: TextEncoder = {
  dimension: 26,
  embed: async (texts) =>
    texts.map((text) => {
      const counts = new Float32Array(26);
      for (const letter of text.toLowerCase().match(/[a-z]/g) ?? []) (counts[letter.charCodeAt(0) - 97] as number) += 1;
      const length = Math.hypot(...counts);
      return counts.map((value) => value / length);
    }),
};

const corpus = { pump: 'pump pump', valve: 'valve valve', filter: 'filter filter', boiler: 'boiler boiler' };
/** @param queries query id -> text and ids of the relevant passages. */
const dataset = (queries: Record<string, [string, ...string[]]>, passages: Record<string, string>): QADataset => ({
  queries: Object.fromEntries(Object.entries(queries).map(([id, [text]]) => [id, text])),
  relevant_docs: Object.fromEntries(Object.entries(queries).map(([id, [, ...relevant]]) => [id, relevant])),
  corpus: passages,
  mode: 'text',
});
const { boiler: _, ...trainingCorpus } = corpus;
const DATASET = {
  train: dataset(
    { q1: ['pump?', 'pump'], q2: ['valve?', 'filter'], q3: ['filter?', 'pump', 'filter'] },
    trainingCorpus,
  ),
  validation: dataset({ q4: ['boiler?', 'boiler'], q5: ['pump?', 'valve'] }, corpus),
};
const check = (options: Partial<RoundTripOptions>) => roundTrip(LETTERS, DATASET, RoundTripOptions.parse(options));

test('counts the questions that retrieve one of their passages among the first k', async () => {
  const { train, report } = await check({ topK: 1 });
  expect(report).toEqual({
    topK: 1,
    train: { questions: 3, passed: 2 },
    validation: { questions: 2, passed: 1 },
    leftOut: 0,
  });
  expect(train).toBe(DATASET.train);
  expect((await check({})).report).toMatchObject({ topK: 10, train: { passed: 3 }, validation: { passed: 2 } });
});

test('with `filter` leaves the others and their passages out of training, but not out of validation', async () => {
  const { train, report } = await check({ topK: 1, filter: true });
  expect(Object.keys(train.queries)).toEqual(['q1', 'q3']);
  expect(train.relevant_docs).toEqual({ q1: ['pump'], q3: ['pump', 'filter'] });
  expect(Object.keys(train.corpus)).toEqual(['pump', 'filter']);
  expect(report).toMatchObject({ leftOut: 1, validation: { questions: 2 } });
});
