import { expect, it } from 'vitest';
import { interruptible } from './interrupt.ts';

it('aborts on the first Ctrl-C and exits with 130 on the second', () => {
  const exitCodes: number[] = [];
  const { signal, dispose } = interruptible((code) => void exitCodes.push(code));
  process.emit('SIGINT');
  expect(signal.aborted).toBe(true);
  expect(exitCodes).toEqual([]);
  process.emit('SIGINT');
  expect(exitCodes).toEqual([130]);
  const listeners = process.listenerCount('SIGINT');
  dispose();
  expect(process.listenerCount('SIGINT')).toBe(listeners - 1);
});
