import { expect, it } from 'vitest';
import type { QADataset } from '../contracts/dataset.ts';
import type { TextEncoder } from '../contracts/model.ts';
import { rankingScore } from './ranking-score.ts';

/** Texts are unit vectors at an angle in degrees, which the text is. */
const encoder: TextEncoder = {
  dimension: 2,
  embed: async (texts) =>
    texts.map((text) => {
      const angle = (Number.parseFloat(text) * Math.PI) / 180;
      return Float32Array.of(Math.cos(angle), Math.sin(angle));
    }),
};
const dataset = (more: Partial<QADataset> = {}): QADataset => ({
  queries: { q1: '0', q2: '90' },
  corpus: { a: '10', b: '5', c: '80' },
  relevant_docs: { q1: ['a'], q2: ['c'] },
  mode: 'text',
  ...more,
});

it('is the gain of the ranks of the right passages', async () => {
  const { ndcg } = await rankingScore(encoder, dataset());
  expect(ndcg).toBeCloseTo((1 / Math.log2(3) + 1) / 2, 6);
});

it('is lower in loss the nearer the right passages are', async () => {
  const nearer = dataset({ corpus: { a: '6', b: '5', c: '80' } });
  const [far, near] = [await rankingScore(encoder, dataset()), await rankingScore(encoder, nearer)];
  expect(near.loss).toBeLessThan(far.loss);
  // A guess among three passages.
  expect(far.loss).toBeLessThan(Math.log(3));
});

it('does not count another right passage, or an equal text, as wrong', async () => {
  const { ndcg } = await rankingScore(encoder, dataset({ relevant_docs: { q1: ['a', 'b'], q2: ['c'] } }));
  expect(ndcg).toBe(1);
  const equal = dataset({ corpus: { a: '10', b: '10', c: '80' } });
  expect((await rankingScore(encoder, equal)).ndcg).toBe(1);
});
