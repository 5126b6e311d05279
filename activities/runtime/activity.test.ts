import { writeFile } from 'node:fs/promises';
import type { ApplicationFailure } from '@temporalio/activity';
import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';
import { describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { Fault, type FaultKind } from '../../core/contracts/fault.ts';
import { temporaryFolder } from '../../core/primitives/temporary-folder.fixture.ts';
import { activity } from './activity.ts';
import { contextIn } from './step-context.fixture.ts';
import { asFailure } from './step-failure.ts';

const times = (count: number) => ({ exhausted: count, unforeseen: count });
const failureOf = (kind: FaultKind, count = 1, retryAfterMs?: number) =>
  asFailure(new Fault(kind, 'It broke.', 'Mend it.', retryAfterMs === undefined ? {} : { retryAfterMs }), times(count));

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

  it('is final at once if the step has retried by itself', () => {
    const failure = asFailure(new Fault('exhausted', 'It broke.', 'Mend it.', { final: true }), times(1));
    expect(failure).toMatchObject({ nonRetryable: true });
  });

  it('is a fault with a sentence if the operating system reports a full disk', () => {
    const full = Object.assign(new Error("ENOSPC: no space left on device, write '/scratch/x'"), { code: 'ENOSPC' });
    expect(asFailure(full, times(3))).toMatchObject({
      nonRetryable: true,
      type: 'Fault',
      message: expect.stringMatching(/^The disk is full: .*\/scratch\/x/),
      details: [{ kind: 'exhausted', advice: expect.stringContaining('Free space') }],
    });
  });

  it.each(['ESTALE', 'EIO', 'ENOTCONN'])('is retried without limit while a file system says %s', (code) => {
    const away = Object.assign(new Error(`${code}: the mount is gone, read '/mnt/store/x'`), { code });
    expect(asFailure(away, times(1000))).toMatchObject({
      nonRetryable: false,
      message: expect.stringContaining('/mnt/store/x'),
      details: [{ kind: 'unavailable' }],
    });
  });

  it('is tried five times for any other error', () => {
    const unforeseen = (count: number) => asFailure(new TypeError('x is not a function'), times(count));
    expect(unforeseen(4)).toMatchObject({ nonRetryable: false, type: 'Unforeseen' });
    expect(unforeseen(5)).toMatchObject({ nonRetryable: true });
  });

  it('carries the advice and all details of the fault', () => {
    const failure = asFailure(new Fault('input', 'Two faults.', 'Mend both.', { details: ['a', 'b'] }), times(1));
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
    const temporal = new MockActivityEnvironment({}, { logger: new DefaultLogger('ERROR', () => {}) });
    await expect(temporal.run(step, undefined)).rejects.toMatchObject({ type: 'Unforeseen' });
    expect(stopped).toHaveBeenCalledOnce();
  } finally {
    stopped.mockRestore();
  }
});

it('carries the beginning of a long list, and stores the whole of it', async () => {
  const worker = await contextIn(folder.path, { cache: folder.join('cache') });
  const details = Array.from({ length: 60_000 }, (_, i) => `docs/${'long-name-'.repeat(20)}${i}.pdf: encrypted`);
  const step = activity(worker, 'documents', async () => {
    throw new Fault('input', `There is nothing to read. ${'x'.repeat(10_000)}`, 'Name other files.', { details });
  });
  const temporal = new MockActivityEnvironment({}, { logger: new DefaultLogger('ERROR', () => {}) });
  const failure = await temporal.run(step, undefined).then(
    () => expect.unreachable(),
    (error: ApplicationFailure) => error,
  );
  expect(JSON.stringify([failure.message, failure.details]).length).toBeLessThan(30_000);
  const [detail] = failure.details ?? [];
  const [first, ...others] = z.object({ details: z.array(z.string()) }).parse(detail).details;
  expect(first).toBe(details[0]);
  const [, count, uri = ''] = /^and (\d+) more; all: (.*)$/.exec(others.at(-1) ?? '') ?? [];
  expect(Number(count)).toBe(60_000 - 49);
  const stored = await worker.store.get(uri.slice(worker.store.uri.length + 1));
  expect(Buffer.from(stored ?? []).toString()).toBe(`${details.join('\n')}\n`);
});

describe('attempts of a step', () => {
  /** Runs an attempt after others; returns its failure and its last heartbeat, which the next attempt gets. */
  async function attempt(number: number, heartbeatDetails: unknown, thrown: Error) {
    const worker = await contextIn(folder.path, { cache: folder.join('cache') });
    const step = activity(worker, 'split', async () => {
      throw thrown;
    });
    const temporal = new MockActivityEnvironment(
      { attempt: number, heartbeatDetails },
      { logger: new DefaultLogger('ERROR', () => {}) },
    );
    let last: unknown;
    temporal.on('heartbeat', (details) => {
      last = details;
    });
    const failure = await temporal.run(step, undefined).catch((error) => error);
    return { failure, last };
  }

  it('count against the step only if they failed, not if their workers died', async () => {
    const full = Object.assign(new Error('ENOSPC: no space left'), { code: 'ENOSPC' });
    const first = await attempt(41, undefined, full);
    expect(first.failure).toMatchObject({ nonRetryable: false });
    const second = await attempt(60, first.last, full);
    expect(second.failure).toMatchObject({ nonRetryable: false });
    const other = await attempt(61, second.last, new Fault('unavailable', 'Away.', 'Wait.'));
    expect(other.failure).toMatchObject({ nonRetryable: false });
    const third = await attempt(90, other.last, full);
    expect(third.failure).toMatchObject({ nonRetryable: true, message: expect.stringContaining('disk is full') });
  });
});
