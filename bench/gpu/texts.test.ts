import { expect, test } from 'vitest';
import { joinedPairs } from './texts.ts';

const pairs = Array.from({ length: 5 }, (_, i) => ({ query: `q${i}`, passage: `p${i}` }));

test('all pairs differ, and each passage begins with that of its query', () => {
  const joined = joinedPairs(pairs, 20, 3);
  for (const texts of [joined.map(([query]) => query), joined.map(([, passage]) => passage)])
    expect(new Set(texts).size).toBe(20);
  for (const [query, passage] of joined) expect(passage.split('\n')[0]?.slice(1)).toBe(query[1]);
  expect(joined[0]?.[1].split('\n')).toHaveLength(3);
});

test('more pairs than there are combinations are refused', () => {
  expect(joinedPairs(pairs, 5, 1)).toHaveLength(5);
  expect(() => joinedPairs(pairs, 6, 1)).toThrow(RangeError);
  expect(() => joinedPairs(pairs, 21, 3)).toThrow(RangeError);
});
