import { expect, it } from 'vitest';
import type { QADataset } from '../../contracts/dataset.ts';
import { developmentSplit } from './development-set.ts';

/** Two questions about each passage. */
function dataset(passages: number): QADataset {
  const ids = Array.from({ length: passages }, (_, i) => `p${i}`);
  const questions = ids.flatMap((id) => [1, 2].map((n): [string, string] => [`${id} q${n}`, id]));
  return {
    queries: Object.fromEntries(questions.map(([question]) => [question, `text of ${question}`])),
    corpus: Object.fromEntries(ids.map((id) => [id, `text of ${id}`])),
    relevant_docs: Object.fromEntries(questions.map(([question, id]) => [question, [id]])),
    hard_negatives: Object.fromEntries(questions.map(([question]) => [question, ['p0']])),
    mode: 'text',
  };
}

it('trials train on no passage whose questions they are compared on, and lose no other question', () => {
  const whole = dataset(200);
  const { train, development } = developmentSplit(whole, 1) ?? {};
  expect(Object.keys(development?.queries ?? {})).toHaveLength(60);
  expect({ ...train?.queries, ...development?.queries }).toEqual(whole.queries);
  const passages = (part?: QADataset) => new Set(Object.values(part?.relevant_docs ?? {}).flat());
  expect([...passages(train)].filter((id) => passages(development).has(id))).toEqual([]);
  expect(Object.keys(train?.hard_negatives ?? {})).toEqual(Object.keys(train?.queries ?? {}));
});

it('trials and comparison share no text if questions have several passages, or the same words', () => {
  const whole = dataset(200);
  const ids = Object.keys(whole.queries);
  const relevant_docs = { ...whole.relevant_docs };
  const queries = { ...whole.queries };
  for (const [i, id] of ids.entries()) {
    // Every third question is also answered by the next passage or by one far away.
    const further = i % 2 === 0 ? `p${((i >> 1) + 1) % 200}` : `p${((i >> 1) + 77) % 200}`;
    if (i % 15 === 0) relevant_docs[id] = [...(relevant_docs[id] ?? []), further];
    if (i % 40 === 7) queries[id] = 'what is it for?';
  }
  for (let seed = 0; seed < 20; seed++) {
    const { train, development } = developmentSplit({ ...whole, queries, relevant_docs }, seed) ?? {};
    expect(Object.keys(development?.queries ?? {}).length).toBeGreaterThanOrEqual(50);
    const texts = (part?: QADataset) => [
      ...Object.values(part?.queries ?? {}),
      ...Object.values(part?.relevant_docs ?? {}).flatMap((ids) => ids.map((id) => whole.corpus[id])),
    ];
    expect(texts(train).filter((text) => texts(development).includes(text))).toEqual([]);
  }
});

it('is made of the rest if one question ties most passages together, and not at all if it ties all', () => {
  const whole = dataset(400);
  const tied = (count: number) => {
    const ids = Object.keys(whole.corpus).slice(0, count);
    return { ...whole, relevant_docs: { ...whole.relevant_docs, 'p0 q1': ids } };
  };
  const { train, development } = developmentSplit(tied(250), 1) ?? {};
  expect(Object.keys(development?.queries ?? {}).length).toBeGreaterThanOrEqual(30);
  expect(development?.queries).not.toHaveProperty('p0 q1');
  expect(train?.queries).toHaveProperty('p0 q1');
  expect(developmentSplit(tied(400), 1)).toBeUndefined();
});

it('holds out neighbours together, as they are mostly of one document', () => {
  const { development } = developmentSplit(dataset(200), 1) ?? {};
  const held = [...new Set(Object.values(development?.relevant_docs ?? {}).flat())].map((id) => Number(id.slice(1)));
  expect(held.filter((passage) => !held.includes(passage + 1))).toHaveLength(5);
});

it('other training passages are there to be told apart', () => {
  expect(Object.keys(developmentSplit(dataset(200), 1)?.development.corpus ?? {})).toHaveLength(200);
});

it('is bounded for a large dataset', () => {
  const { train, development } = developmentSplit(dataset(5000), 1) ?? {};
  expect(Object.keys(development?.queries ?? {})).toHaveLength(200);
  expect(Object.keys(development?.corpus ?? {})).toHaveLength(500);
  expect(Object.keys(train?.queries ?? {})).toHaveLength(9800);
});

it('depends on the seed alone', () => {
  expect(developmentSplit(dataset(200), 1)).toEqual(developmentSplit(dataset(200), 1));
  expect(developmentSplit(dataset(200), 1)).not.toEqual(developmentSplit(dataset(200), 2));
});

it('is not made where so few questions would say nothing', () => {
  expect(developmentSplit(dataset(60), 1)).toBeUndefined();
  expect(developmentSplit(dataset(1), 1)).toBeUndefined();
});
