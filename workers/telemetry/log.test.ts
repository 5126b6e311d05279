import { describe, expect, it } from 'vitest';
import { createLogger, quietLogger } from './log.ts';
import type { LogFormat } from './log-options.ts';

function lines(format: LogFormat, use: (log: ReturnType<typeof createLogger>) => void): string[] {
  const written: string[] = [];
  use(createLogger({ format, level: 'info', write: (line) => written.push(line) }));
  return written;
}

/** What the SDK adds to a line about an activity. */
const activity = {
  sdkComponent: 'activity',
  namespace: 'default',
  workflowId: 'handbook-1',
  workflowRunId: 'a1',
  workflowType: 'fineTune',
  activityType: 'train',
  activityId: '9',
  attempt: 2,
  taskQueue: 'hone-gpu',
  taskToken: 'x'.repeat(200),
};

describe('the log of a worker', () => {
  it('has a JSON object a line, with the run, step, attempt and queue', () => {
    const [line = ''] = lines('json', (log) => log.warn('train failed', { ...activity, kind: 'unavailable' }));
    expect(JSON.parse(line)).toEqual({
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
      level: 'warn',
      message: 'train failed',
      run: 'handbook-1',
      execution: 'a1',
      workflow: 'fineTune',
      step: 'train',
      attempt: 2,
      queue: 'hone-gpu',
      kind: 'unavailable',
    });
  });

  it('has on a terminal the time, what happened, the run and a later attempt', () => {
    const written = lines('text', (log) => {
      log.info('Serving hone in namespace default');
      log.warn('train failed', { ...activity, advice: 'Wait.' });
      log.info('train begins', { ...activity, attempt: 1 });
    });
    expect(written).toEqual([
      expect.stringMatching(/^\d\d:\d\d:\d\d {2}Serving hone in namespace default$/),
      expect.stringMatching(/^\S+ {2}warn: train failed {2}run=handbook-1 {2}attempt=2 {2}advice=Wait\.$/),
      expect.stringMatching(/^\S+ {2}train begins {2}run=handbook-1$/),
    ]);
  });

  it('is one line whatever a field holds', () => {
    const [line = ''] = lines('json', (log) =>
      log.error('a\nb', { error: new Error('c\nd'), bytes: 2n ** 60n, absent: undefined }),
    );
    expect(line).not.toContain('\n');
    expect(JSON.parse(line)).toMatchObject({ message: 'a\nb', error: 'c\nd', bytes: '1152921504606846976' });
    expect(JSON.parse(line)).not.toHaveProperty('absent');
  });

  it('leaves out what the SDK says of steps and of the state of workers, and keeps its warnings', () => {
    const messages = lines('text', (log) => {
      log.warn('Activity failed', { ...activity, sdkComponent: 'worker' });
      log.info('Worker state changed', { sdkComponent: 'worker', taskQueue: 'hone', state: 'RUNNING' });
      log.warn('No workflows registered, not polling for workflow tasks', { sdkComponent: 'worker' });
      log.warn('gRPC call retried', { sdkComponent: 'core' });
      log.debug('too fine');
    });
    expect(messages).toEqual([expect.stringContaining('gRPC call retried')]);
  });
});

it('within a command that shows the run itself, has no line about a step that failed, but one about the SDK', () => {
  const written: string[] = [];
  const log = quietLogger((line) => written.push(line));
  log.error('train failed: the disk is full', activity);
  log.warn('a task was late', { sdkComponent: 'core' });
  log.error('the connection is lost', { sdkComponent: 'core' });
  expect(written).toEqual([expect.stringMatching(/^[\d:]{8} {2}error: the connection is lost$/)]);
});
