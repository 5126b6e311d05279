import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';
import { describe, expect, it, vi } from 'vitest';
import { Fault, type FaultKind } from '../../core/contracts/fault.ts';
import { activity, asFailure } from './activity.ts';
import type { WorkerContext } from './context.ts';

const failureOf = (kind: FaultKind, attempt = 1, retryAfterMs?: number) =>
  asFailure(new Fault(kind, 'It broke.', 'Mend it.', retryAfterMs === undefined ? {} : { retryAfterMs }), attempt);

describe('what a step throws', () => {
  it.each(['input', 'config', 'credentials', 'quality', 'lost'] as const)('is final if it is a fault of %s', (kind) => {
    expect(failureOf(kind)).toMatchObject({ nonRetryable: true, type: 'Fault', message: 'It broke.' });
  });

  it('is tried again for as long as it takes while a service is unavailable', () => {
    for (const attempt of [1, 10, 1000])
      expect(failureOf('unavailable', attempt)).toMatchObject({ nonRetryable: false });
  });

  it('is tried again when the other side said', () => {
    expect(failureOf('unavailable', 1, 360_000)).toMatchObject({ nextRetryDelay: 360_000 });
  });

  it('is tried three times where disk or memory ran out', () => {
    expect(
      [1, 2, 3].map((attempt) => (failureOf('exhausted', attempt) as { nonRetryable?: boolean }).nonRetryable),
    ).toEqual([false, false, true]);
  });

  it('is a full disk too where the operating system says so, in a sentence', () => {
    const full = Object.assign(new Error("ENOSPC: no space left on device, write '/scratch/x'"), { code: 'ENOSPC' });
    expect(asFailure(full, 3)).toMatchObject({
      nonRetryable: true,
      type: 'Fault',
      message: expect.stringMatching(/^The disk is full: .*\/scratch\/x/),
      details: [{ kind: 'exhausted', advice: expect.stringContaining('Free space') }],
    });
  });

  it('is tried five times if nobody foresaw it', () => {
    const unforeseen = (attempt: number) => asFailure(new TypeError('x is not a function'), attempt);
    expect(unforeseen(4)).toMatchObject({ nonRetryable: false, type: 'Unforeseen' });
    expect(unforeseen(5)).toMatchObject({ nonRetryable: true });
  });

  it('carries the advice and every detail to whoever follows the run', () => {
    const failure = asFailure(new Fault('input', 'Two faults.', 'Mend both.', { details: ['a', 'b'] }), 1);
    expect(failure).toMatchObject({ details: [{ kind: 'input', advice: 'Mend both.', details: ['a', 'b'] }] });
  });
});

it('sorts the error of a step whose scratch folder cannot be made, and stops heartbeating for it', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'hone-activity-'));
  const cache = join(folder, 'a file');
  await writeFile(cache, '');
  const stopped = vi.spyOn(globalThis, 'clearInterval');
  try {
    const step = activity({ cache } as WorkerContext, 'split', async () => 'done');
    const temporal = new MockActivityEnvironment({}, { logger: new DefaultLogger('ERROR') });
    await expect(temporal.run(step, undefined)).rejects.toMatchObject({ type: 'Unforeseen' });
    expect(stopped).toHaveBeenCalledOnce();
  } finally {
    stopped.mockRestore();
    await rm(folder, { recursive: true });
  }
});
