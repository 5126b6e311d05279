import { expect, it, vi } from 'vitest';
import { Fault } from '../contracts/fault.ts';
import { untilAvailable } from './until-available.ts';

const away = (what: string) => new Fault('unavailable', `${what} does not answer.`, 'Wait.');

it('tries until there is an answer, and tells every time what there was none of', async () => {
  const told: string[] = [];
  const faults = [away('Temporal'), away('The bucket')];
  const open = async () => {
    const fault = faults.shift();
    if (fault) throw fault;
    return 'open';
  };
  const signal = new AbortController().signal;
  expect(await untilAvailable(open, { signal, onWait: ({ message }) => told.push(message) })).toBe('open');
  expect(told).toEqual(['Temporal does not answer.', 'The bucket does not answer.']);
});

it('does not wait for what waiting does not mend, nor longer than it may', async () => {
  const onWait = vi.fn();
  const signal = new AbortController().signal;
  const refused = new Fault('credentials', 'The bucket refuses the credentials.', 'Give others.');
  await expect(untilAvailable(() => Promise.reject(refused), { signal, onWait })).rejects.toBe(refused);
  expect(onWait).not.toHaveBeenCalled();
  const attempt = vi.fn(() => Promise.reject(away('The bucket')));
  await expect(untilAvailable(attempt, { signal: AbortSignal.timeout(50) })).rejects.toThrow('does not answer');
  expect(attempt).toHaveBeenCalledTimes(2);
});
