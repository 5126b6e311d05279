import { expect, it } from 'vitest';
import { outcome } from './cancel.ts';

it('reports the state in which the run was last seen after a cancellation', () => {
  expect(outcome('cancelled')[0]).toBe('cancelled');
  expect(outcome('running')[0]).toBe('requested');
  expect(outcome('done')).toEqual(['done', 'had ended before it could be cancelled: done.']);
});
