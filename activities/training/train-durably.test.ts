import { expect, it } from 'vitest';
import { describeSlowStore } from './train-durably.ts';

it('says that a store takes longer for a checkpoint than is between two', () => {
  expect(describeSlowStore(5, 20, 60)).toBeUndefined();
  expect(describeSlowStore(61, 0, 60)).toBe('storing a checkpoint for 61 s');
  expect(describeSlowStore(30, 170.2, 60)).toBe('checkpoints every 171 s, as the store takes that long');
  expect(describeSlowStore(180, 170, 60)).toBe('storing a checkpoint for 180 s');
});
