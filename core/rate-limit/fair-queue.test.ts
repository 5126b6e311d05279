import { expect, it } from 'vitest';
import type { LeaseRequest } from '../contracts/rate-limit.ts';
import { FairQueue } from './fair-queue.ts';

const request = (lease: string, run = 'a'): LeaseRequest => ({
  lease,
  run,
  requests: 1,
  tokensPerRequest: 100,
  limits: { requestsPerMinute: 6000 },
});
/** Grants everything that waits at some time within a minute. */
function drain(queue: FairQueue): string[] {
  const granted: string[] = [];
  for (let now = 0; now < 60_000; now += 10) {
    const next = queue.next(now);
    if (next && 'lease' in next) granted.push(next.lease.lease);
  }
  return granted;
}

it('grants a lease once, however often it is asked for', () => {
  const queue = new FairQueue();
  queue.add(request('1'));
  queue.add(request('1'));
  expect(drain(queue)).toEqual(['1']);
  // Granted, and not reported yet: the grant is on its way.
  queue.add(request('1'));
  expect(drain(queue)).toEqual([]);
});

it('serves runs in turn', () => {
  const queue = new FairQueue();
  for (const lease of ['a1', 'a2', 'a3']) queue.add(request(lease, 'a'));
  queue.add(request('b1', 'b'));
  expect(drain(queue)).toEqual(['a1', 'b1', 'a2', 'a3']);
});
