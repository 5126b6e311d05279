import fc from 'fast-check';
import { expect, it } from 'vitest';
import { connectedPairs } from './connected-pairs.ts';
import type { Pair } from './pairs.ts';

const pair = (id: string, passages: readonly string[], query = `${id}?`): Pair => ({
  id,
  query,
  passage: passages[0] as string,
  texts: [query, ...passages],
  negatives: [],
});
const ids = (groups: Pair[][]) => groups.map((group) => group.map(({ id }) => id).join(''));

it('groups questions of a passage, of a second passage, and questions with the same words', () => {
  const groups = connectedPairs([
    pair('a', ['A']),
    pair('b', ['B']),
    pair('c', ['C', 'B']),
    pair('d', ['D'], 'a?'),
    pair('e', ['E']),
    pair('f', ['A']),
  ]);
  expect(ids(groups)).toEqual(['adf', 'bc', 'e']);
});

it('joins groups that a later question connects', () => {
  expect(ids(connectedPairs([pair('a', ['A']), pair('b', ['B']), pair('c', ['C', 'B', 'A'])]))).toEqual(['abc']);
});

it('groups share no text, and cannot be split', () => {
  const passages = fc.uniqueArray(fc.nat(40).map(String), { minLength: 1, maxLength: 3 });
  fc.assert(
    fc.property(fc.array(passages, { maxLength: 40 }), (all) => {
      const pairs = all.map((texts, i) => pair(`q${i}`, texts));
      const groups = connectedPairs(pairs);
      expect(groups.flat().length).toBe(pairs.length);
      const texts = groups.map((group) => new Set(group.flatMap((pair) => pair.texts)));
      expect(texts.reduce((sum, { size }) => sum + size, 0)).toBe(new Set(pairs.flatMap((pair) => pair.texts)).size);
      for (const group of groups) {
        const reached = new Set(group[0]?.texts);
        for (let size = 0; size !== reached.size; ) {
          size = reached.size;
          for (const { texts } of group)
            if (texts.some((text) => reached.has(text))) for (const text of texts) reached.add(text);
        }
        for (const { texts } of group) expect(texts.every((text) => reached.has(text))).toBe(true);
      }
    }),
  );
});
