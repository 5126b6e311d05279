import { expect, test } from 'vitest';
import { wrap } from './wrap.ts';

test('English is broken between words', () => {
  expect(wrap(`${'word '.repeat(9)}word`, 40)).toBe(`${'word '.repeat(7)}word\nword word`);
});

test('Chinese is broken between any two letters, each two cells wide', () => {
  expect(wrap('字'.repeat(25), 40)).toBe(`${'字'.repeat(20)}\n${'字'.repeat(5)}`);
});

test('no line begins with a comma or ends with an opening bracket', () => {
  expect(wrap(`${'字'.repeat(20)}，后`, 40)).toBe(`${'字'.repeat(19)}\n字，后`);
  expect(wrap(`${'字'.repeat(19)}（注）`, 40)).toBe(`${'字'.repeat(19)}\n（注）`);
});

test('a word among Chinese stays whole', () => {
  expect(wrap(`${'字'.repeat(17)} --max-length 字`, 40)).toBe(`${'字'.repeat(17)}\n--max-length 字`);
});

test('lines and empty lines stay, and narrow columns are not wrapped', () => {
  expect(wrap('a\n\nb', 40)).toBe('a\n\nb');
  expect(wrap('字'.repeat(30), 20)).toBe('字'.repeat(30));
});
