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

it('crosses to another history in little space, with 240 runs that wait for 64 leases each, and grants the same', () => {
  const queue = new FairQueue();
  const id = '0199d3a1-7c1e-7d53-9d0e-5a4d2f0c8b11';
  const limits = { requestsPerMinute: 200_000, tokensPerMinute: 200_000_000 };
  const add = (lease: number, run: number) =>
    queue.add({ ...request(`${id.slice(0, -3)}${run}/${lease}`, `handbook-of-all-plants-${run}/questions`), limits });
  for (let lease = 0; lease < 64; lease++) for (let run = 100; run < 340; run++) add(lease, run);
  for (let now = 1e12, n = 0; n < 400; n++, now += 15) {
    const next = queue.next(now);
    if (!next || !('lease' in next)) continue;
    queue.report({ lease: next.lease.lease, requests: 1, tokens: 90, firstAgoMs: 9, lastAgoMs: 9, rejected: 0 }, now);
    add(1000 + n, Number(/-(\d+)\//.exec(next.run)?.[1]));
  }
  const state = JSON.stringify(queue.state);
  expect(state.length).toBeLessThan(500_000);
  const restored = new FairQueue(JSON.parse(state));
  for (let now = 1e12 + 60_000, n = 0; n < 50; n++, now += 15) expect(restored.next(now)).toEqual(queue.next(now));
});

it('reads the state of earlier versions', () => {
  const queue = new FairQueue({ waiting: [request('a/1'), request('a/2')], served: [] });
  expect(drain(queue)).toEqual(['a/1', 'a/2']);
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
