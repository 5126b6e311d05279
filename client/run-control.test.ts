import { type Client, WorkflowNotFoundError, WorkflowUpdateRPCTimeoutOrCancelledError } from '@temporalio/client';
import { expect, it } from 'vitest';
import { RunControl } from './run-control.ts';

const gone = () => Promise.reject(new WorkflowNotFoundError('gone', 'handbook', undefined));
const unheard = () => Promise.reject(new WorkflowUpdateRPCTimeoutOrCancelledError('nobody took it up'));
const ended = async () => ({ type: 'fineTune', workflowId: 'handbook', status: { name: 'COMPLETED' } });

/** A server on which the run has ended between two requests, and the requests that were given a deadline. */
function control(handle: object) {
  const deadlines: number[] = [];
  const connection = {
    withDeadline: <T>(deadline: number, request: () => Promise<T>) => {
      deadlines.push(deadline);
      return request();
    },
  };
  const client = { connection, workflow: { getHandle: () => handle } } as unknown as Client;
  return { control: new RunControl(client, 'localhost:7233'), deadlines };
}

const HAS_ENDED = { kind: 'input', message: 'Run handbook has ended already: done.' };

it('tells that a run has ended, also where it did while nobody took the message up', async () => {
  const { control: told } = control({ startUpdate: unheard, signal: gone, describe: ended });
  await expect(told.tell('handbook', 'pause', {})).rejects.toMatchObject(HAS_ENDED);
});

it('waits for the answer to a cancellation no longer than for any other', async () => {
  const { control: told, deadlines } = control({ cancel: gone, describe: ended });
  await expect(told.cancel('handbook')).rejects.toMatchObject(HAS_ENDED);
  expect(deadlines).toHaveLength(2);
});
