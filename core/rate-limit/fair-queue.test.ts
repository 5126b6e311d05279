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

it('grants as before when the clock is set back', () => {
  const HOUR_MS = 3_600_000;
  const queue = new FairQueue();
  const limits = { requestsPerMinute: 2 };
  for (const lease of ['1', '2', '3', '4']) queue.add({ ...request(lease), limits });
  const grants = (from: number, to: number) => {
    const granted: [lease: string, at: number][] = [];
    for (let now = from; now <= to; now += 500) {
      if (queue.wasSetBack(now)) queue.setBack(now);
      const next = queue.next(now);
      if (next && 'lease' in next) granted.push([next.lease.lease, now - from]);
    }
    return granted;
  };
  const begin = 10 * HOUR_MS;
  expect(grants(begin, begin + 30_000).map(([lease]) => lease)).toEqual(['1', '2']);
  const sent = { requests: 1, tokens: 0, firstAgoMs: 0, lastAgoMs: 0, rejected: 0 };
  for (const lease of ['1', '2']) queue.report({ ...sent, lease }, begin + 30_000);
  const restored = JSON.parse(JSON.stringify(queue.state));
  expect(new FairQueue(restored).wasSetBack(begin - HOUR_MS)).toBe(true);
  const later = grants(begin - HOUR_MS, begin - HOUR_MS + 120_000);
  expect(later.map(([lease]) => lease)).toEqual(['3', '4']);
  expect(later[0]?.[1]).toBeGreaterThanOrEqual(29_000);
  expect(later[1]?.[1]).toBeLessThanOrEqual(91_000);
});

it('takes the differences between the clocks of a cluster for nothing', () => {
  const queue = new FairQueue();
  queue.add(request('1'));
  queue.next(10_000);
  expect(queue.wasSetBack(9_500)).toBe(false);
});
