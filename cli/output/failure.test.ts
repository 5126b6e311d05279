import { describe, expect, it } from 'vitest';
import { Fault } from '../../core/contracts/fault.ts';
import { exitCodeOf, failureJson, failureLines } from './failure.ts';

const plain = (_format: unknown, text: string) => text;
const lines = (error: unknown, verbose = false, details?: string) => failureLines(error, { verbose, details }, plain);

describe('an error', () => {
  const fault = new Fault('credentials', 'The key is refused.', 'Set OPENAI_API_KEY.');

  it('is printed as what happened, what to do, and where the details are', () => {
    expect(lines(fault, false, 'npx hone show x-1 --verbose')).toEqual([
      'hone: The key is refused.',
      '      Set OPENAI_API_KEY.',
      '      Details: npx hone show x-1 --verbose',
    ]);
  });

  it('lists its details unless the message contains them', () => {
    const several = new Fault('input', 'Two errors: a: no.', 'Correct them.', { details: ['a: no', 'b: too long'] });
    expect(lines(several)).toEqual(['hone: Two errors: a: no.', '      - b: too long', '      Correct them.']);
  });

  it('shows no stack trace unless --verbose is given, even if it is unexpected', () => {
    const unexpected = new TypeError('x is undefined', { cause: new Error('deeper') });
    for (const thrown of [unexpected, 'a string', undefined, { odd: 1 }]) {
      expect(lines(thrown).join('\n')).not.toMatch(/^\s+at /m);
      expect(lines(thrown).length).toBeGreaterThanOrEqual(2);
    }
    expect(lines(unexpected)[0]).toBe('hone: Unexpected error: x is undefined');
    const verbose = lines(unexpected, true).join('\n');
    expect(verbose).toMatch(/^\s+at /m);
    expect(verbose).toContain('deeper');
  });

  it('says so if the disk is full', () => {
    const full = Object.assign(new Error('write'), { code: 'ENOSPC' });
    expect(lines(full)[0]).toMatch(/disk is full/);
  });

  it('exits with 2 if the input is wrong, else with 1', () => {
    expect(exitCodeOf(new Fault('input', 'a', 'b'))).toBe(2);
    for (const other of [fault, new Fault('unavailable', 'a', 'b'), new Error('x'), 'x'])
      expect(exitCodeOf(other)).toBe(1);
  });

  it('is an object with --json', () => {
    expect(failureJson(fault)).toEqual({
      kind: 'credentials',
      message: 'The key is refused.',
      advice: 'Set OPENAI_API_KEY.',
      details: [],
    });
  });
});
