import { expect, it } from 'vitest';
import { idealUse } from './ideal-client.ts';

it('uses the limit as long as it does not change', () => {
  expect(idealUse([{ atMs: 0, perMinute: 6000 }], 90_000)).toBeCloseTo(9000, -2);
});

it('uses a doubled limit at once', () => {
  const doubled = [
    { atMs: 0, perMinute: 6000 },
    { atMs: 60_000, perMinute: 12_000 },
  ];
  expect(idealUse(doubled, 90_000)).toBeCloseTo(6000 + 6000, -2);
});

it('waits, after a limit is halved, until the last minute’s use is down to it', () => {
  const halved = [
    { atMs: 0, perMinute: 6000 },
    { atMs: 60_000, perMinute: 3000 },
  ];
  // Half a minute of nothing, then half the rate.
  expect(idealUse(halved, 90_000)).toBeCloseTo(6000, -2);
  expect(idealUse(halved, 120_000)).toBeCloseTo(6000 + 1500, -2);
});
