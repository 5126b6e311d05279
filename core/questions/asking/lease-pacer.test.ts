import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { LeasePacer } from './lease-pacer.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const HOUR_MS = 3_600_000;
const setClock = (byMs: number) => vi.setSystemTime(Date.now() + byMs);

it.each([-HOUR_MS, HOUR_MS])('sends at its pace, and reports so, when the clock is set by %i ms', async (byMs) => {
  const pacer = new LeasePacer({ lease: 'a', requests: 2, spreadMs: 10_000 });
  expect(await pacer.admit(100)).toBe(true);
  await vi.advanceTimersByTimeAsync(1000);
  setClock(byMs);
  let admitted: boolean | undefined;
  void pacer.admit(100).then((value) => {
    admitted = value;
  });
  await vi.advanceTimersByTimeAsync(3999);
  // A clock that jumps forward may mean that the machine was asleep: then nothing more is sent.
  expect(admitted).toBe(byMs > 0 ? false : undefined);
  await vi.advanceTimersByTimeAsync(1);
  expect(admitted).toBe(byMs < 0);
  const { firstAgoMs, lastAgoMs } = pacer.report();
  expect({ firstAgoMs, lastAgoMs }).toEqual(
    byMs < 0 ? { firstAgoMs: 5000, lastAgoMs: 0 } : { firstAgoMs: 5000, lastAgoMs: 5000 },
  );
});

it.each([
  ['its time has passed and the clock was set back', () => vi.advanceTimersByTime(20_001), -HOUR_MS],
  ['the machine has slept', () => setClock(20_001), 0],
])('sends nothing once %s', (_, pass, setBy) => {
  const pacer = new LeasePacer({ lease: 'a', requests: 2, spreadMs: 0 });
  setClock(setBy);
  expect(pacer.isOver).toBe(false);
  pass();
  expect(pacer.isOver).toBe(true);
});
