import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Chunk } from '../contracts/corpus.ts';
import { QADataset } from '../contracts/dataset.ts';
import type { Question } from '../contracts/questions.ts';
import { buildDataset } from './build-dataset.ts';
import { normalQuestion } from './check-question.ts';

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

test('training sees only training chunks that have questions; judging happens among all chunks', () => {
  const { train, validation, removed } = buildDataset(CHUNKS, SPLIT, [ask('a', 'qa'), ask('b', 'qb'), ask('d', 'qd')]);
  expect(Object.keys(train.corpus)).toEqual(['a', 'b']);
  expect(Object.values(train.queries)).toEqual(['qa', 'qb']);
  expect(Object.keys(validation.corpus)).toEqual(['a', 'b', 'c', 'd', 'e']);
  expect(validation.relevant_docs).toEqual({ 'd:qd': ['d'] });
  expect(removed).toBe(0);
});

test('a question that stands on both sides leaves training, and either chunk answers it', () => {
  const { train, validation, removed } = buildDataset(CHUNKS, SPLIT, [
    ask('a', 'What is it?'),
    ask('b', 'qb'),
    ask('d', 'what is it'),
  ]);
  expect(Object.values(train.queries)).toEqual(['qb']);
  expect(validation.relevant_docs).toEqual({ 'd:what is it': ['d', 'a'] });
  expect(removed).toBe(1);
});

test('one question asked of several chunks trains on each of them, and judges once', () => {
  const { train, validation } = buildDataset(CHUNKS, SPLIT, [
    ask('a', 'Same?'),
    ask('c', 'same ?'),
    ask('d', 'Other?'),
    ask('e', 'other'),
  ]);
  expect(train.relevant_docs).toEqual({ 'a:Same?': ['a', 'c'], 'c:same ?': ['c', 'a'] });
  expect(Object.keys(train.corpus)).toEqual(['a', 'c']);
  expect(validation.relevant_docs).toEqual({ 'd:Other?': ['d', 'e'] });
});

test('where headings are the questions, no passage on either side opens with its heading', () => {
  const chunks = [
    chunk('a', 'Pumps\n\nLift water.', ['Pumps']),
    chunk('b', 'Valves\n\nClose.', ['Valves']),
    chunk('c', 'Empty', ['Empty']),
  ];
  const questions = [
    { ...ask('a', 'Pumps'), from: 'heading' as const },
    { ...ask('b', 'Valves'), from: 'heading' as const },
  ];
  const { train, validation } = buildDataset(chunks, { train: ['a'], validation: ['b', 'c'] }, questions);
  expect(train.corpus).toEqual({ a: 'Lift water.' });
  expect(validation.corpus).toEqual({ a: 'Lift water.', b: 'Close.' });
});

test('a side without a question, or a question without a chunk, is an error that says which', () => {
  expect(() => buildDataset(CHUNKS, SPLIT, [ask('a', 'q')])).toThrow(/no question to judge by: its 2 chunks/);
  expect(() => buildDataset(CHUNKS, SPLIT, [ask('d', 'q')])).toThrow(/no question to train on/);
  expect(() => buildDataset(CHUNKS, SPLIT, [ask('zz', 'q')])).toThrow(/chunk zz/);
});

test('whatever was asked: no id dangles, no question is on both sides, and none is lost but the counted ones', () => {
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
  fc.assert(
    fc.property(questions, (asked) => {
      const { train, validation } = buildDataset(CHUNKS, SPLIT, asked);
      for (const side of [train, validation]) {
        QADataset.parse(side);
        expect(Object.keys(side.relevant_docs)).toEqual(Object.keys(side.queries));
        for (const id of Object.values(side.relevant_docs).flat()) expect(side.corpus).toHaveProperty(id);
      }
      const trained = Object.values(train.queries).map(normalQuestion);
      const judged = Object.values(validation.queries).map(normalQuestion);
      expect(trained.filter((text) => judged.includes(text))).toEqual([]);
      expect(new Set([...trained, ...judged])).toEqual(new Set(asked.map(({ text }) => normalQuestion(text))));
      for (const id of Object.keys(train.corpus)) expect(SPLIT.train).toContain(id);
    }),
  );
});
