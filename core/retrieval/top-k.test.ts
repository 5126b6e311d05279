import fc from 'fast-check';
import { expect, it } from 'vitest';
import { TopK } from './top-k.ts';

it('keeps the hits that sorting would put first, whatever order they are offered in', () => {
  const scores = fc.array(fc.integer({ min: 0, max: 6 }), { maxLength: 60 });
  fc.assert(
    fc.property(scores, fc.integer({ min: 1, max: 70 }), fc.infiniteStream(fc.nat()), (values, k, keys) => {
      const hits = values.map((score, row) => ({ row, score }));
      const top = new TopK(k);
      const shuffled = hits
        .map((hit) => ({ hit, key: keys.next().value as number }))
        .sort((a, b) => a.key - b.key)
        .map(({ hit }) => hit);
      for (const { row, score } of shuffled) top.offer(row, score);
      expect(top.sorted()).toEqual(hits.toSorted((a, b) => b.score - a.score || a.row - b.row).slice(0, k));
    }),
  );
});
