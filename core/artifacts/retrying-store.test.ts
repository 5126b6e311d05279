import { expect, it, vi } from 'vitest';
import type { ArtifactStore } from '../contracts/artifact-store.ts';
import { Fault, type FaultKind } from '../contracts/fault.ts';
import { retryingStore } from './retrying-store.ts';

const away = (kind: FaultKind = 'unavailable') => new Fault(kind, 'The store is away.', 'Wait.');
const storeThat = (write: () => Promise<boolean>) => ({ putIfAbsent: write }) as unknown as ArtifactStore;
const bytes = new Uint8Array();
const forever = new AbortController().signal;

it('waits for a store that is away, and says so', async () => {
  const write = vi.fn().mockRejectedValueOnce(away()).mockResolvedValue(true);
  const onWait = vi.fn();
  expect(await retryingStore(storeThat(write), { signal: forever, onWait }).putIfAbsent('k', bytes)).toBe(true);
  expect(onWait).toHaveBeenCalledTimes(1);
});

it('does not wait where waiting does not help', async () => {
  const write = vi.fn().mockRejectedValue(away('credentials'));
  const writing = retryingStore(storeThat(write), { signal: forever }).putIfAbsent('k', bytes);
  await expect(writing).rejects.toMatchObject({ kind: 'credentials' });
  expect(write).toHaveBeenCalledTimes(1);
});

it('tries once more when it is told to stop, and then lets go', async () => {
  const stop = new AbortController();
  const write = vi.fn().mockRejectedValue(away());
  const patience = { signal: stop.signal, onWait: () => stop.abort() };
  await expect(retryingStore(storeThat(write), patience).putIfAbsent('k', bytes)).rejects.toThrow('away');
  expect(write).toHaveBeenCalledTimes(2);
});
