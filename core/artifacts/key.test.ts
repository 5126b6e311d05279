import fc from 'fast-check';
import { expect, it } from 'vitest';
import { keySegments, runFolder } from './key.ts';

it('names the folder of a run after the run where the id is a plain name', () => {
  expect(runFolder('handbook-f33d0357')).toBe('runs/handbook-f33d0357');
  expect(runFolder('手册-1')).toBe('runs/手册-1');
});

it('gives every workflow id its own folder directly below runs/', () => {
  expect(runFolder('nightly-2026-11-24T03:00:00Z')).toMatch(/^runs\/nightly-2026-11-24T03-00-00Z-[0-9a-f]{8}$/);
  fc.assert(
    fc.property(
      fc.string({ minLength: 1, unit: 'binary' }),
      fc.string({ minLength: 1, unit: 'binary' }),
      (one, other) => {
        const [runs, name, ...deeper] = keySegments(runFolder(one));
        expect([runs, deeper]).toEqual(['runs', []]);
        expect(encodeURI(name as string).replaceAll(/%[0-9A-F]{2}/g, '')).not.toMatch(/[%?#\s/]/);
        if (one !== other) expect(runFolder(one)).not.toBe(runFolder(other));
      },
    ),
  );
});
