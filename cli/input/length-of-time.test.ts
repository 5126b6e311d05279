import { expect, it } from 'vitest';
import { lengthOfTime, milliseconds } from './length-of-time.ts';

it.each(['45s', '30m', '6h', '1d', '2w', '90m'])('%s is parsed and formatted unchanged', (text) => {
  expect(lengthOfTime(milliseconds('--every', text))).toBe(text);
});

it.each(['', '5', '5x', '1.5h', '-1h', '0m'])('%j is refused', (text) => {
  expect(() => milliseconds('--every', text)).toThrow(`--every ${text} is not a length of time`);
});

it('accepts zero if `least` is 0', () => expect(milliseconds('--jitter', '0m', 0)).toBe(0));
