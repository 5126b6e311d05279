import { expect, it, vi } from 'vitest';
import { Fault } from '../contracts/fault.ts';
import { retryUntilAvailable } from './retry-until-available.ts';

const unavailable = (what: string) => new Fault('unavailable', `${what} does not answer.`, 'Wait.');

it('retries until the attempt succeeds, and reports every fault', async () => {
  const reported: string[] = [];
  const faults = [unavailable('Temporal'), unavailable('The bucket')];
  const open = async () => {
    const fault = faults.shift();
    if (fault) throw fault;
    return 'open';
  };
  const signal = new AbortController().signal;
  const onWait = ({ message }: Fault) => reported.push(message);
  expect(await retryUntilAvailable(open, { signal, onWait })).toBe('open');
  expect(reported).toEqual(['Temporal does not answer.', 'The bucket does not answer.']);
});

it('does not retry other faults, and stops when the signal is aborted', async () => {
  const onWait = vi.fn();
  const signal = new AbortController().signal;
  const refused = new Fault('credentials', 'The bucket refuses the credentials.', 'Give others.');
  await expect(retryUntilAvailable(() => Promise.reject(refused), { signal, onWait })).rejects.toBe(refused);
  expect(onWait).not.toHaveBeenCalled();
  const attempt = vi.fn(() => Promise.reject(unavailable('The bucket')));
  await expect(retryUntilAvailable(attempt, { signal: AbortSignal.timeout(50) })).rejects.toThrow('does not answer');
  expect(attempt).toHaveBeenCalledTimes(2);
});
