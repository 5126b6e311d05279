import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { splitSentences } from './sentences.ts';

const trimmed = (text: string) => splitSentences(text).map((sentence) => sentence.trim());

describe('splitSentences', { timeout: 60_000 }, () => {
  test('keeps every character of any text', () => {
    const ingredient = fc.constantFrom(
      '。',
      '！',
      '…',
      '.',
      '. ',
      'Dr. ',
      '3.5',
      '”',
      '」',
      '\n',
      '\n\n',
      '- ',
      'a',
      'A',
      '泵',
      '😀',
      ' ',
    );
    const texts = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.array(ingredient).map((parts) => parts.join('')),
    );
    fc.assert(
      fc.property(texts, (text) => splitSentences(text).join('') === text),
      { numRuns: 150, seed: 1 },
    );
  });

  test('Chinese sentences include the closing quotes', () => {
    expect(trimmed('他说：“先关泵。”然后走了。真的吗？！是；不是……')).toEqual([
      '他说：“先关泵。”',
      '然后走了。',
      '真的吗？！',
      '是；',
      '不是……',
    ]);
  });

  test('Japanese sentences end at 。 and include closing brackets', () => {
    expect(trimmed('「始めます。」と言った。次へ。')).toEqual(['「始めます。」', 'と言った。', '次へ。']);
  });

  test('abbreviations, initials, decimals and ordinals do not end a sentence', () => {
    for (const text of [
      'Dr. J. R. Smith met Prof. Lee.',
      'See Fig. 3 and No. 12 of the U.S. Government list.',
      'It weighs 3.5 kg, e.g. When full.',
      'Am 3. Mai ist z.B. Herr Meier da.',
      'Use Node.js and vue.config.js here.',
      'Is it? maybe not.',
    ]) {
      expect(trimmed(text)).toEqual([text]);
    }
  });

  test('sentences end before a capital, a digit, a quote or a Chinese character', () => {
    expect(trimmed('It stopped. 3 men came! "Why?" They left. 然后结束。')).toEqual([
      'It stopped.',
      '3 men came!',
      '"Why?"',
      'They left.',
      '然后结束。',
    ]);
  });

  test('a blank line and a list item end a sentence, a line break does not', () => {
    expect(trimmed('Title\n\nfirst line\ngoes on\n- one\n- two\n1. three\n（一）四')).toEqual([
      'Title',
      'first line\ngoes on',
      '- one',
      '- two',
      '1. three',
      '（一）四',
    ]);
  });

  test('a megabyte without a sentence end takes no noticeable time', () => {
    const line = 'a'.repeat(1_000_000);
    expect(splitSentences(line)).toEqual([line]);
    expect(splitSentences(`${'\n'.repeat(300_000)}.`).join('')).toHaveLength(300_001);
  });
});
