import { WorkflowNotFoundError, WorkflowUpdateRPCTimeoutOrCancelledError } from '@temporalio/client';
import { expect, it } from 'vitest';
import { type ControlClient, RunControl } from './run-control.ts';

const unexpected = () => Promise.reject(new Error('This request was not expected.'));
const notFound = () => Promise.reject(new WorkflowNotFoundError('gone', 'handbook', undefined));
const notAccepted = () => Promise.reject(new WorkflowUpdateRPCTimeoutOrCancelledError('no worker accepted it'));

type Handle = ReturnType<ControlClient['workflow']['getHandle']>;

/** Control of a run that has ended, and the number of requests that were given a deadline. */
function controlOfEndedRun(requests: Partial<Handle>) {
  const counted = { deadlines: 0 };
  const handle: Handle = {
    startUpdate: unexpected,
    signal: unexpected,
    cancel: unexpected,
    describe: async () => ({
      type: 'fineTune',
      workflowId: 'handbook',
      runId: 'r',
      startTime: new Date(0),
      status: { code: 2, name: 'COMPLETED' },
    }),
    ...requests,
  };
  const client: ControlClient = {
    connection: {
      withDeadline(_deadline, request) {
        counted.deadlines++;
        return request();
      },
    },
    workflow: { getHandle: () => handle },
  };
  return { control: new RunControl(client, 'localhost:7233'), counted };
}

const HAS_ENDED = { kind: 'input', message: 'Run handbook has ended already: done.' };

it('throws if the run has ended, also if it ended while the update waited for a worker', async () => {
  const { control } = controlOfEndedRun({ startUpdate: notAccepted, signal: notFound });
  await expect(control.send('handbook', 'pause')).rejects.toMatchObject(HAS_ENDED);
});

it('has a deadline for the requests of a cancellation', async () => {
  const { control, counted } = controlOfEndedRun({ cancel: notFound });
  await expect(control.cancel('handbook')).rejects.toMatchObject(HAS_ENDED);
  expect(counted.deadlines).toBe(2);
});
