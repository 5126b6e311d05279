import { expect, it } from 'vitest';
import { lengthOfTime, milliseconds } from './length-of-time.ts';

it.each(['45s', '30m', '6h', '1d', '2w', '90m'])('%s is read and written the same', (text) => {
  expect(lengthOfTime(milliseconds('--every', text))).toBe(text);
});

it.each(['', '5', '5x', '1.5h', '-1h', '0m'])('%j is no length of time', (text) => {
  expect(() => milliseconds('--every', text)).toThrow(`--every ${text} is no length of time`);
});

it('is nothing where nothing is allowed', () => expect(milliseconds('--jitter', '0m', 0)).toBe(0));
