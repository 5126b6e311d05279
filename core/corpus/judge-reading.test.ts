import { expect, it } from 'vitest';
import type { Reading } from '../contracts/corpus.ts';
import { documentsToCheck, keptShare } from './judge-reading.ts';

const reading = (change: Partial<Reading> = {}): Reading => ({ characters: 100, omitted: [], doubts: [], ...change });
const menu = (characters: number) => [{ reason: 'navigation', characters, sample: 'Home Products' } as const];

it('measures the share of a document that was kept', () => {
  expect(keptShare(reading())).toBe(1);
  expect(keptShare(reading({ omitted: [...menu(60), { reason: 'hidden', characters: 40, sample: 'x' }] }))).toBe(0.5);
  expect(keptShare(reading({ characters: 0 }))).toBe(1);
});

it('names the documents of which much was left out, or whose text looks broken', () => {
  const doubts = [{ kind: 'no-spaces', sample: 'thevalveisclosed' } as const];
  expect(
    documentsToCheck([
      { path: 'whole.html', reading: reading({ omitted: menu(30) }) },
      { path: 'menu.html', reading: reading({ omitted: menu(101) }) },
      { path: 'broken.pdf', reading: reading({ doubts }) },
    ]),
  ).toEqual([
    { path: 'menu.html', kept: 100 / 201, omitted: menu(101), doubts: [] },
    { path: 'broken.pdf', kept: 1, omitted: [], doubts },
  ]);
});
