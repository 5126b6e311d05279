import { expect, it } from 'vitest';
import { addFailure, addRefused, briefly, noFailures, type RefusedChunks } from './quarantine.ts';

const failed = (i: number) => ({
  chunkId: `${i}`.padStart(16, '0'),
  path: `${'a long folder/'.repeat(250)}${i}.md`,
  reason: `request ${i} was refused: ${'for a reason of many words, '.repeat(100)}`,
});

it('what a run keeps of refused chunks is small, however many there are and whatever their names and reasons', () => {
  const failures = noFailures();
  const refused: RefusedChunks = {};
  for (let i = 0; i < 20_000; i++) {
    addFailure(failures, failed(i));
    addRefused(refused, failed(i));
  }
  expect(failures.count).toBe(20_000);
  expect(Object.values(failures.reasons).reduce((sum, count) => sum + count, 0)).toBe(20_000);
  expect(JSON.stringify({ failures, refused }).length).toBeLessThan(100_000);
  expect(Object.values(refused).flat()).toHaveLength(2000);
});

it('a list of failed chunks keeps the end of each path and the beginning of each reason', () => {
  const brief = briefly({ ...failed(7), at: 3 });
  expect(brief).toMatchObject({ at: 3, chunkId: '0000000000000007' });
  expect(brief.path).toMatch(/^….*\/7\.md$/);
  expect(brief.reason).toMatch(/^request 7 was refused.*…$/);
  expect(JSON.stringify(brief).length).toBeLessThan(700);
  const short = { chunkId: 'a', path: 'docs/a.md', reason: 'answered 503' };
  expect(briefly(short)).toEqual(short);
});
