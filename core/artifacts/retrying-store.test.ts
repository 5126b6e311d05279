import { expect, it, vi } from 'vitest';
import { Fault, type FaultKind } from '../contracts/fault.ts';
import { retryingStore } from './retrying-store.ts';
import { temporaryStore } from './temporary-store.fixture.ts';

const temporary = temporaryStore();
const storeWith = (putIfAbsent: () => Promise<boolean>) => ({ ...temporary.store, putIfAbsent });
const fault = (kind: FaultKind = 'unavailable') => new Fault(kind, 'The store is away.', 'Wait.');
const bytes = new Uint8Array();
const never = new AbortController().signal;

it('retries a write while the store is unavailable, and reports it', async () => {
  const write = vi.fn().mockRejectedValueOnce(fault()).mockResolvedValue(true);
  const onWait = vi.fn();
  expect(await retryingStore(storeWith(write), { signal: never, onWait }).putIfAbsent('k', bytes)).toBe(true);
  expect(onWait).toHaveBeenCalledTimes(1);
});

it('does not retry other faults', async () => {
  const write = vi.fn().mockRejectedValue(fault('credentials'));
  const writing = retryingStore(storeWith(write), { signal: never }).putIfAbsent('k', bytes);
  await expect(writing).rejects.toMatchObject({ kind: 'credentials' });
  expect(write).toHaveBeenCalledTimes(1);
});

it('makes one last attempt after an abort, and then throws its fault', async () => {
  const stop = new AbortController();
  const write = vi.fn().mockRejectedValue(fault());
  const options = { signal: stop.signal, onWait: () => stop.abort() };
  await expect(retryingStore(storeWith(write), options).putIfAbsent('k', bytes)).rejects.toThrow('away');
  expect(write).toHaveBeenCalledTimes(2);
});
