import { expect, it } from 'vitest';
import { rankingsOfUnseenPassages } from './compare.ts';

const dataset = {
  queries: { q1: 'one?', q2: 'two?', q3: 'three?' },
  corpus: { a: 'A', b: 'B', c: 'C' },
  relevant_docs: { q1: ['a'], q2: ['b', 'c'], q3: ['c'] },
  mode: 'text',
};
const rankings = ['q1', 'q2', 'q3'].map((queryId) => ({ queryId, top: [], rank: 0 }));
const ids = (passages: Record<string, string>) =>
  rankingsOfUnseenPassages(dataset, rankings, passages).map(({ queryId }) => queryId);

it('keeps queries none of whose relevant passages was seen', () => {
  expect(ids({})).toEqual(['q1', 'q2', 'q3']);
  expect(ids({ a: 'A' })).toEqual(['q2', 'q3']);
  expect(ids({ b: 'B' })).toEqual(['q1', 'q3']);
  expect(ids({ a: 'A', c: 'C' })).toEqual([]);
});
