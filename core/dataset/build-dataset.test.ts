import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Chunk } from '../contracts/corpus.ts';
import { QADataset } from '../contracts/dataset.ts';
import type { Question } from '../contracts/questions.ts';
import { normalizeQuestion } from '../questions/validation/equivalent-questions.ts';
import { buildDataset } from './build-dataset.ts';

const chunk = (id: string, text = `text of ${id}`, headings: string[] = []): Chunk => ({
  id,
  documentId: 'd',
  path: 'a.md',
  headings,
  text,
  tokens: 9,
  language: 'en',
});
const ask = (chunkId: string, text: string): Question => ({ id: `${chunkId}:${text}`, chunkId, text });
const CHUNKS = ['a', 'b', 'c', 'd', 'e'].map((id) => chunk(id));
const SPLIT = { train: ['a', 'b', 'c'], validation: ['d', 'e'] };

test('the training corpus holds training chunks with questions, the validation corpus holds all chunks', async () => {
  const { train, validation, shared } = await buildDataset(CHUNKS, SPLIT, [
    ask('a', 'qa'),
    ask('b', 'qb'),
    ask('d', 'qd'),
  ]);
  expect(Object.keys(train.corpus)).toEqual(['a', 'b']);
  expect(Object.values(train.queries)).toEqual(['qa', 'qb']);
  expect(Object.keys(validation.corpus)).toEqual(['a', 'b', 'c', 'd', 'e']);
  expect(validation.relevant_docs).toEqual({ 'd:qd': ['d'] });
  expect(shared).toEqual({ merged: 0, tooGeneral: 0, inBothSplits: 0, validationInBothSplits: 0 });
});

test('a question asked of training and validation chunks is a validation query that both chunks answer', async () => {
  const { train, validation, shared } = await buildDataset(CHUNKS, SPLIT, [
    ask('a', 'What is it?'),
    ask('b', 'qb'),
    ask('d', 'what is it'),
  ]);
  expect(Object.values(train.queries)).toEqual(['qb']);
  expect(validation.relevant_docs).toEqual({ 'd:what is it': ['d', 'a'] });
  expect(shared).toMatchObject({ merged: 1, inBothSplits: 1, validationInBothSplits: 1 });
});

test('a question asked of several chunks is one training query per chunk, but one validation query', async () => {
  const { train, validation } = await buildDataset(CHUNKS, SPLIT, [
    ask('a', 'Same?'),
    ask('c', 'same ?'),
    ask('d', 'Other?'),
    ask('e', 'other'),
  ]);
  expect(train.relevant_docs).toEqual({ 'a:Same?': ['a', 'c'], 'c:same ?': ['c', 'a'] });
  expect(Object.keys(train.corpus)).toEqual(['a', 'c']);
  expect(validation.relevant_docs).toEqual({ 'd:Other?': ['d', 'e'] });
});

test('questions with the same content words are one question', async () => {
  const { train } = await buildDataset(CHUNKS, SPLIT, [
    ask('a', 'How do I drain the tank?'),
    ask('b', 'How can you drain a tank'),
    ask('c', 'How do I fill the tank?'),
    ask('d', 'Other?'),
  ]);
  expect(Object.values(train.relevant_docs)).toEqual([['a', 'b'], ['b', 'a'], ['c']]);
});

test('a question asked of many chunks is left out as too general, unless it is their heading', async () => {
  const everywhere = ['a', 'b', 'c', 'e'].map((id) => ask(id, 'How do I start?'));
  const others = [ask('a', 'qa'), ask('d', 'qd')];
  const { train, validation, shared } = await buildDataset(CHUNKS, SPLIT, [...everywhere, ...others]);
  expect(Object.values(train.queries)).toEqual(['qa']);
  expect(Object.values(validation.queries)).toEqual(['qd']);
  expect(shared).toMatchObject({ merged: 0, tooGeneral: 4, inBothSplits: 0 });
  const headings = everywhere.map((question) => ({ ...question, from: 'heading' as const }));
  const kept = await buildDataset(CHUNKS, SPLIT, [...headings, ...others]);
  expect(Object.values(kept.validation.relevant_docs)).toContainEqual(expect.arrayContaining(['a', 'b', 'c', 'e']));
  expect(kept.shared.tooGeneral).toBe(0);
});

test('the datasets do not depend on the order of the questions', async () => {
  const questions = [
    ask('d', 'what is it'),
    ask('e', 'What is it?'),
    ask('a', 'qa'),
    ask('b', 'qb?'),
    ask('c', 'QB'),
    ask('d', 'qd'),
  ];
  const sorted = (record: object) => Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1));
  const build = async (order: Question[]) => {
    const { train, validation, shared } = await buildDataset(CHUNKS, SPLIT, order);
    return [train, validation].map((dataset) => [sorted(dataset.queries), sorted(dataset.relevant_docs), shared]);
  };
  await fc.assert(
    fc.asyncProperty(fc.shuffledSubarray(questions, { minLength: questions.length }), async (order) => {
      expect(await build(order)).toEqual(await build(questions));
    }),
  );
});

test('however many questions training and validation share, they leave training and are counted', async () => {
  const same = ['Who made it?', 'Where is it?', '何时更换？'];
  const shared = same.flatMap((text) => [ask('a', text), ask('d', text.toLowerCase())]);
  const { train, validation, shared: counts } = await buildDataset(CHUNKS, SPLIT, [...shared, ask('b', 'qb')]);
  expect(Object.values(train.queries)).toEqual(['qb']);
  expect(Object.keys(validation.queries)).toHaveLength(3);
  expect(counts).toMatchObject({ inBothSplits: 3, validationInBothSplits: 3 });
});

test('if nothing else is left to train on, the error says why', async () => {
  const everything = [ask('a', 'Who made it?'), ask('d', 'who made it')];
  await expect(buildDataset(CHUNKS, SPLIT, everything)).rejects.toThrow(
    'There is no training question left: 1 asked of validation chunks too.',
  );
});

test('if the questions are headings, no passage begins with its heading', async () => {
  const chunks = [
    chunk('a', 'Pumps\n\nLift water.', ['Pumps']),
    chunk('b', 'Valves\n\nClose.', ['Valves']),
    chunk('c', 'Empty', ['Empty']),
  ];
  const questions = [
    { ...ask('a', 'Pumps'), from: 'heading' as const },
    { ...ask('b', 'Valves'), from: 'heading' as const },
  ];
  const { train, validation } = await buildDataset(chunks, { train: ['a'], validation: ['b', 'c'] }, questions);
  expect(train.corpus).toEqual({ a: 'Lift water.' });
  expect(validation.corpus).toEqual({ a: 'Lift water.', b: 'Close.' });
});

test('a dataset without a question, or a question of an unknown chunk, is an error that names it', async () => {
  await expect(buildDataset(CHUNKS, SPLIT, [ask('a', 'q')])).rejects.toThrow(
    /no validation question: none of the 2 validation chunks got one/,
  );
  await expect(buildDataset(CHUNKS, SPLIT, [ask('d', 'q')])).rejects.toThrow(
    /no training question: none of the 3 training chunks/,
  );
  await expect(buildDataset(CHUNKS, SPLIT, [ask('zz', 'q')])).rejects.toThrow(/chunk zz/);
});

test('for any questions: all ids resolve, no question is in both datasets, and only counted ones are left out', async () => {
  const question = fc.record({
    chunkId: fc.constantFrom(...'abcde'),
    text: fc.constantFrom('One?', 'one', 'Two?', 'Three?', 'Ｔｈｒｅｅ', 'four'),
  });
  const questions = fc
    .array(question, { maxLength: 20 })
    .map((list) => [
      ask('a', 'anchor a'),
      ask('d', 'anchor d'),
      ...list.map(({ chunkId, text }) => ask(chunkId, text)),
    ]);
  await fc.assert(
    fc.asyncProperty(questions, async (asked) => {
      const { train, validation, shared } = await buildDataset(CHUNKS, SPLIT, asked);
      for (const dataset of [train, validation]) {
        QADataset.parse(dataset);
        expect(Object.keys(dataset.relevant_docs)).toEqual(Object.keys(dataset.queries));
        for (const id of Object.values(dataset.relevant_docs).flat()) expect(dataset.corpus).toHaveProperty(id);
      }
      const training = Object.values(train.queries).map(normalizeQuestion);
      const validating = Object.values(validation.queries).map(normalizeQuestion);
      expect(training.filter((text) => validating.includes(text))).toEqual([]);
      const chunksOf = Map.groupBy(asked, ({ text }) => normalizeQuestion(text));
      const specific = [...chunksOf].filter(([, same]) => new Set(same.map(({ chunkId }) => chunkId)).size <= 3);
      expect(new Set([...training, ...validating])).toEqual(new Set(specific.map(([text]) => text)));
      const general = [...chunksOf.values()].flat().length - specific.flatMap(([, same]) => same).length;
      expect(shared.tooGeneral).toBe(general);
      for (const id of Object.keys(train.corpus)) expect(SPLIT.train).toContain(id);
    }),
  );
});
