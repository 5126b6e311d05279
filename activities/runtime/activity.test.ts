import { writeFile } from 'node:fs/promises';
import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';
import { describe, expect, it, vi } from 'vitest';
import { Fault, type FaultKind } from '../../core/contracts/fault.ts';
import { temporaryFolder } from '../../core/primitives/temporary-folder.fixture.ts';
import { activity, asFailure } from './activity.ts';
import { contextIn } from './step-context.fixture.ts';

const failureOf = (kind: FaultKind, attempt = 1, retryAfterMs?: number) =>
  asFailure(new Fault(kind, 'It broke.', 'Mend it.', retryAfterMs === undefined ? {} : { retryAfterMs }), attempt);

describe('the failure of a step', () => {
  it.each(['input', 'config', 'credentials', 'quality', 'lost'] as const)('is final for a fault of kind %s', (kind) => {
    expect(failureOf(kind)).toMatchObject({ nonRetryable: true, type: 'Fault', message: 'It broke.' });
  });

  it('is retried without limit while a service is unavailable', () => {
    for (const attempt of [1, 10, 1000])
      expect(failureOf('unavailable', attempt)).toMatchObject({ nonRetryable: false });
  });

  it('is retried after the delay that the fault gives', () => {
    expect(failureOf('unavailable', 1, 360_000)).toMatchObject({ nextRetryDelay: 360_000 });
  });

  it('is tried three times if disk or memory ran out', () => {
    const failures = [1, 2, 3].map((attempt) => failureOf('exhausted', attempt));
    expect(failures).toMatchObject([{ nonRetryable: false }, { nonRetryable: false }, { nonRetryable: true }]);
  });

  it('is a fault with a sentence if the operating system reports a full disk', () => {
    const full = Object.assign(new Error("ENOSPC: no space left on device, write '/scratch/x'"), { code: 'ENOSPC' });
    expect(asFailure(full, 3)).toMatchObject({
      nonRetryable: true,
      type: 'Fault',
      message: expect.stringMatching(/^The disk is full: .*\/scratch\/x/),
      details: [{ kind: 'exhausted', advice: expect.stringContaining('Free space') }],
    });
  });

  it('is tried five times for any other error', () => {
    const unforeseen = (attempt: number) => asFailure(new TypeError('x is not a function'), attempt);
    expect(unforeseen(4)).toMatchObject({ nonRetryable: false, type: 'Unforeseen' });
    expect(unforeseen(5)).toMatchObject({ nonRetryable: true });
  });

  it('carries the advice and all details of the fault', () => {
    const failure = asFailure(new Fault('input', 'Two faults.', 'Mend both.', { details: ['a', 'b'] }), 1);
    expect(failure).toMatchObject({ details: [{ kind: 'input', advice: 'Mend both.', details: ['a', 'b'] }] });
  });
});

const folder = temporaryFolder();

it('converts the error of a step whose scratch folder cannot be made, and stops its heartbeats', async () => {
  const cache = folder.join('a file');
  await writeFile(cache, '');
  const worker = await contextIn(folder.path, { cache });
  const stopped = vi.spyOn(globalThis, 'clearInterval');
  try {
    const step = activity(worker, 'split', async () => 'done');
    const temporal = new MockActivityEnvironment({}, { logger: new DefaultLogger('ERROR') });
    await expect(temporal.run(step, undefined)).rejects.toMatchObject({ type: 'Unforeseen' });
    expect(stopped).toHaveBeenCalledOnce();
  } finally {
    stopped.mockRestore();
  }
});
