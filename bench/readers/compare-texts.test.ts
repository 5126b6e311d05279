import { expect, test } from 'vitest';
import { compareTexts } from './compare-texts.ts';

test('a text with all words of the peer has found them all, in any order', () => {
  expect(compareTexts('Open the valve. 先关阀', '先关阀\nthe valve  open')).toEqual({
    words: 6,
    found: 1,
    foundLetters: 1,
    precision: 1,
    missing: [],
  });
});

test('each occurrence of a word counts', () => {
  expect(compareTexts('page one', 'page one page two page')).toEqual({
    words: 5,
    found: 0.4,
    foundLetters: 7 / 18,
    precision: 1,
    missing: [
      ['page', 2],
      ['two', 1],
    ],
  });
});

test('line ends within words do not count', () => {
  expect(
    compareTexts('the documentation of third-party valves', 'the docu-\nmentation of third-\nparty valves').found,
  ).toBe(1);
});
