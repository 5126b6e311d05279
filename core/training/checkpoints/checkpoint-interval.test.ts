import { expect, it } from 'vitest';
import { CheckpointInterval } from './checkpoint-interval.ts';

it('is what was asked for while checkpoints cost little', () => {
  const interval = new CheckpointInterval(60, 0);
  interval.saved(100_000, 101_000);
  interval.stored(20);
  expect(interval.seconds).toBe(60);
  expect(interval.isDue(160_999)).toBe(false);
  expect(interval.isDue(161_000)).toBe(true);
});

it('is stretched to what the store takes, and back when the store is faster again', () => {
  const interval = new CheckpointInterval(60, 0);
  interval.stored(200);
  expect(interval.isDue(199_000)).toBe(false);
  interval.stored(5);
  expect(interval.isDue(61_000)).toBe(true);
});

it('is stretched if writing the state takes long', () => {
  const interval = new CheckpointInterval(10, 0);
  interval.saved(0, 8_000);
  expect(interval.seconds).toBe(24);
});
