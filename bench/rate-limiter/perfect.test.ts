import { expect, it } from 'vitest';
import { perfectUse } from './perfect.ts';

it('is the limit, as long as that stays', () => {
  expect(perfectUse([{ atMs: 0, perMinute: 6000 }], 90_000)).toBeCloseTo(9000, -2);
});

it('doubles with the limit at once', () => {
  const doubled = [
    { atMs: 0, perMinute: 6000 },
    { atMs: 60_000, perMinute: 12_000 },
  ];
  expect(perfectUse(doubled, 90_000)).toBeCloseTo(6000 + 6000, -2);
});

it('waits, where a limit is halved, until the minute has gone down to it', () => {
  const halved = [
    { atMs: 0, perMinute: 6000 },
    { atMs: 60_000, perMinute: 3000 },
  ];
  // Half a minute of nothing, then half the rate.
  expect(perfectUse(halved, 90_000)).toBeCloseTo(6000, -2);
  expect(perfectUse(halved, 120_000)).toBeCloseTo(6000 + 1500, -2);
});
