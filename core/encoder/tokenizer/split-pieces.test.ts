import { describe, expect, test } from 'vitest';
import { type SplitBehavior, splitPieces } from './split-pieces.ts';
import { correctTokenizer } from './tokenizer-corrections.ts';

/** By Python's tokenizers 0.23.3: ' a  b c.' at spaces, '.ab..c!d' at stops, and beside lower-case letters. */
const RECORDED: [SplitBehavior, string[], string[], string[]][] = [
  ['Removed', ['a', 'b', 'c.'], ['ab', 'c', 'd'], ['ab', 'c', 'd']],
  [
    'Isolated',
    [' ', 'a', ' ', ' ', 'b', ' ', 'c.'],
    ['.', 'ab', '.', '.', 'c', '!', 'd'],
    ['.', 'ab', '..', 'c', '!', 'd'],
  ],
  ['MergedWithPrevious', [' ', 'a ', ' ', 'b ', 'c.'], ['.', 'ab.', '.', 'c!', 'd'], ['.', 'ab..', 'c!', 'd']],
  ['MergedWithNext', [' a', ' ', ' b', ' c.'], ['.ab', '.', '.c', '!d'], ['.ab', '..c', '!d']],
  ['Contiguous', [' ', 'a', '  ', 'b', ' ', 'c.'], ['.', 'ab', '..', 'c', '!', 'd'], ['.', 'ab', '..', 'c', '!', 'd']],
];

describe('text is split as Python’s tokenizers split it', () => {
  test.each(RECORDED)('%s', (behavior, spaces, stops, beside) => {
    expect(splitPieces(' a  b c.', / /g, behavior, false)).toEqual(spaces);
    expect(splitPieces('.ab..c!d', /[.!]/g, behavior, false)).toEqual(stops);
    expect(splitPieces('.ab..c!d', /[a-z]+/g, behavior, true)).toEqual(beside);
  });

  const corrected = (settings: Record<string, unknown>, pattern?: RegExp) => {
    const step = { pre_tokenize_text: (text: string) => [text], ...(pattern && { pattern }) };
    correctTokenizer({ pre_tokenizer: step }, { pre_tokenizer: settings });
    return step;
  };

  test('by a string or a regular expression of tokenizer.json', () => {
    const split = { type: 'Split', behavior: 'Removed', invert: false };
    expect(corrected({ ...split, pattern: { String: '.' } }).pre_tokenize_text('a.b')).toEqual(['a', 'b']);
    expect(corrected({ ...split, pattern: { Regex: '\\d' } }, /\d/gu).pre_tokenize_text('a1b')).toEqual(['a', 'b']);
  });

  test('into words of all scripts and what is between them', () => {
    const text = 'Привет, мир! café—naïve 泵的？x_1 ไทย\u200dก ½ e\u0301';
    expect(corrected({ type: 'Whitespace' }).pre_tokenize_text(text)).toEqual([
      'Привет',
      ',',
      'мир',
      '!',
      'café',
      '—',
      'naïve',
      '泵的',
      '？',
      'x_1',
      'ไทย\u200dก',
      '½',
      'e\u0301',
    ]);
  });
});
