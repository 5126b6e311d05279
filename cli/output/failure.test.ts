import { describe, expect, it } from 'vitest';
import { Fault } from '../../core/contracts/fault.ts';
import { exitCodeOf, failureJson, failureLines } from './failure.ts';

const plain = (_format: unknown, text: string) => text;
const lines = (error: unknown, verbose = false, details?: string) =>
  failureLines(error, { verbose, ...(details === undefined ? {} : { details }) }, plain);

describe('an error', () => {
  const fault = new Fault('credentials', 'The key is refused.', 'Set OPENAI_API_KEY.');

  it('is what happened, what to do, and where the details are', () => {
    expect(lines(fault, false, 'npx hone show x-1 --verbose')).toEqual([
      'hone: The key is refused.',
      '      Set OPENAI_API_KEY.',
      '      Details: npx hone show x-1 --verbose',
    ]);
  });

  it('lists single faults that its sentence does not hold already', () => {
    const several = new Fault('input', 'Two faults: a: no.', 'Mend them.', { details: ['a: no', 'b: too long'] });
    expect(lines(several)).toEqual(['hone: Two faults: a: no.', '      - b: too long', '      Mend them.']);
  });

  it('shows no stack unless asked for, not even of what nobody foresaw', () => {
    const surprise = new TypeError('x is undefined', { cause: new Error('deeper') });
    for (const thrown of [surprise, 'a string', undefined, { odd: 1 }]) {
      expect(lines(thrown).join('\n')).not.toMatch(/^\s+at /m);
      expect(lines(thrown).length).toBeGreaterThanOrEqual(2);
    }
    expect(lines(surprise)[0]).toBe('hone: Something unforeseen happened: x is undefined');
    const verbose = lines(surprise, true).join('\n');
    expect(verbose).toMatch(/^\s+at /m);
    expect(verbose).toContain('deeper');
  });

  it('of a full disk says so', () => {
    const full = Object.assign(new Error('write'), { code: 'ENOSPC' });
    expect(lines(full)[0]).toMatch(/disk is full/);
  });

  it('is wrong use (2) where the caller asked wrongly, else failure (1)', () => {
    expect(exitCodeOf(new Fault('input', 'a', 'b'))).toBe(2);
    for (const other of [fault, new Fault('unavailable', 'a', 'b'), new Error('x'), 'x'])
      expect(exitCodeOf(other)).toBe(1);
  });

  it('is an object for programs', () => {
    expect(failureJson(fault)).toEqual({
      kind: 'credentials',
      message: 'The key is refused.',
      advice: 'Set OPENAI_API_KEY.',
      details: [],
    });
  });
});
