import { WorkflowFailedError } from '@temporalio/client';
import {
  ActivityFailure,
  ApplicationFailure,
  CancelledFailure,
  TerminatedFailure,
  TimeoutFailure,
} from '@temporalio/common';
import { describe, expect, it } from 'vitest';
import { Fault } from '../core/contracts/fault.ts';
import { faultOf } from './failure.ts';

const failed = (cause: Error) => new WorkflowFailedError('Workflow execution failed', cause, 'NON_RETRYABLE_FAILURE');
const inActivity = (cause: Error) =>
  failed(new ActivityFailure('Activity task failed', 'ask', '3', 'NON_RETRYABLE_FAILURE', 'worker', cause));

describe('the failure of a run', () => {
  it('is the fault that an activity threw', () => {
    const error = inActivity(
      ApplicationFailure.nonRetryable('The key is refused.', 'Fault', {
        kind: 'credentials',
        advice: 'Set OPENAI_API_KEY.',
        details: ['401'],
      }),
    );
    const fault = faultOf(error, 'x');
    expect(fault).toBeInstanceOf(Fault);
    expect(fault).toMatchObject({
      kind: 'credentials',
      message: 'The key is refused.',
      advice: 'Set OPENAI_API_KEY.',
      details: ['401'],
      cause: error,
    });
  });

  it('is the fault of the workflow if the input is wrong', () => {
    const fault = faultOf(
      failed(ApplicationFailure.nonRetryable('epochs: too small', 'Fault', { kind: 'input', advice: 'Raise it.' })),
      'x',
    );
    expect(fault).toMatchObject({ kind: 'input', message: 'epochs: too small', details: [] });
  });

  it('says whether the run was cancelled, terminated or timed out', () => {
    expect(faultOf(failed(new CancelledFailure('Workflow cancelled')), 'a-1').message).toBe('Run a-1 was cancelled.');
    expect(faultOf(failed(new TerminatedFailure('by hand')), 'a-1').message).toContain('a-1 was terminated');
    expect(faultOf(inActivity(new TimeoutFailure('late', undefined, 'HEARTBEAT')), 'a-1').message).toContain(
      'timed out',
    );
  });

  it('has the message of an unexpected error', () => {
    expect(
      faultOf(inActivity(ApplicationFailure.create({ type: 'TypeError', message: 'x is undefined' })), 'a-1'),
    ).toMatchObject({
      kind: 'unavailable',
      message: 'Run a-1 failed unexpectedly: x is undefined',
    });
  });

  it('is unexpected if the details of the fault are invalid', () => {
    const fault = faultOf(failed(ApplicationFailure.nonRetryable('odd', 'Fault', { kind: 'sudden' })), 'a-1');
    expect(fault.kind).toBe('unavailable');
    expect(fault.message).toContain('odd');
  });
});
