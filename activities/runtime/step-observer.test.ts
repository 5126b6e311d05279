import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger, type LogEntry } from '@temporalio/worker';
import { describe, expect, it } from 'vitest';
import { Fault } from '../../core/contracts/fault.ts';
import { temporaryFolder } from '../../core/primitives/temporary-folder.fixture.ts';
import { activity } from './activity.ts';
import type { StepContext } from './context.ts';
import { contextIn } from './step-context.fixture.ts';

const folder = temporaryFolder();

/** Runs a step. @returns its log lines and what was measured: name, labels in their order, and value. */
async function observe(step: (context: StepContext) => Promise<unknown>) {
  const measured: [string, ...unknown[]][] = [];
  const worker = await contextIn(folder.path, {
    measure: (name, value, ...[labels]) => measured.push([name, ...Object.values(labels ?? {}), value]),
  });
  const logged: LogEntry[] = [];
  const logger = new DefaultLogger('INFO', (entry) => logged.push(entry));
  const temporal = new MockActivityEnvironment({ activityType: 'askChunks', attempt: 3 }, { logger });
  const outcome = await temporal.run(activity(worker, 'questions', step), undefined).catch((error: Error) => error);
  const own = logged.filter(({ meta }) => meta?.sdkComponent === 'activity');
  return { outcome, logged: own, measured };
}

const value = expect.any(Number);

describe('an attempt of a step', () => {
  it('is logged when it begins and ends, and measured', async () => {
    const { logged, measured } = await observe(async () => ({ output: 1, reused: false, seconds: 9, summary: 'x' }));
    expect(logged.map(({ message }) => message)).toEqual(['askChunks begins', 'askChunks is done']);
    expect(logged[1]?.meta).toMatchObject({ stage: 'questions', attempt: 3, outcome: 'done', seconds: value });
    expect(measured).toEqual([
      ['hone_steps_running', 'questions', 'askChunks', 1],
      ['hone_steps_running', 'questions', 'askChunks', 0],
      ['hone_step_seconds', 'questions', 'askChunks', 'done', value],
    ]);
  });

  it('is told from one whose result was stored before', async () => {
    const { logged, measured } = await observe(async () => ({ output: 1, reused: true }));
    expect(logged.at(-1)?.message).toBe('askChunks was done before');
    expect(measured).toContainEqual(['hone_step_seconds', 'questions', 'askChunks', 'reused', value]);
  });

  it('that fails is logged as a warning with the reason and the advice, as it is tried again', async () => {
    const { logged, measured } = await observe(() =>
      Promise.reject(new Fault('unavailable', 'The endpoint is down.', 'Wait for it.')),
    );
    expect(logged.at(-1)).toMatchObject({
      level: 'WARN',
      message: 'askChunks failed and is tried again: The endpoint is down.',
      meta: { kind: 'unavailable', advice: 'Wait for it.', outcome: 'failed' },
    });
    expect(measured).toContainEqual(['hone_step_failures', 'questions', 'askChunks', 'unavailable', 'false', 1]);
  });

  it('that fails for good is an error, without the list of its details', async () => {
    const details = ['docs/secret-plan.md: not readable'];
    const { logged, measured } = await observe(() =>
      Promise.reject(new Fault('input', 'No document can be read.', 'Name others.', { details })),
    );
    expect(logged.at(-1)).toMatchObject({ level: 'ERROR', message: 'askChunks failed: No document can be read.' });
    expect(JSON.stringify(logged.map(({ message, meta }) => [message, meta]))).not.toContain('secret-plan');
    expect(measured).toContainEqual(['hone_step_failures', 'questions', 'askChunks', 'input', 'true', 1]);
  });

  it('is counted under the kind of what the operating system reported', async () => {
    const full = Object.assign(new Error('ENOSPC: no space left'), { code: 'ENOSPC' });
    const { measured } = await observe(() => Promise.reject(full));
    expect(measured).toContainEqual(['hone_step_failures', 'questions', 'askChunks', 'exhausted', 'false', 1]);
  });

  it('shows how long it waits for quota, until it goes on', async () => {
    const { measured } = await observe(async ({ progress }) => {
      progress({ done: 0, total: 2, unit: 'requests', waitsFor: 'quota', waitsUntil: Date.now() + 60_000 });
      progress({ done: 1, total: 2, unit: 'requests' });
    });
    const waits = measured.filter(([name]) => name === 'hone_quota_wait_seconds').map(([, seconds]) => seconds);
    expect(waits).toEqual([expect.closeTo(60, 0), 0]);
  });
});
