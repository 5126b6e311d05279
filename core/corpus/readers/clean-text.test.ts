import fc from 'fast-check';
import { expect, test } from 'vitest';
import { cleanText } from './clean-text.ts';

test('normalises line ends and blank lines, and removes invisible characters', () => {
  expect(cleanText('\ufeff a\r\nb \u2028c\u00ad\u200bd\0\n\n\n\ne\u00a0f\t ')).toBe('a\nb\ncd\n\ne f');
});

test('replaces compatibility characters by ordinary ones', () => {
  expect(cleanText('⽔泵⼿册 ﬁlter e\u0301')).toBe('水泵手册 filter é');
});

test('cleaning twice changes nothing', { timeout: 60_000 }, () => {
  const texts = fc.string({ unit: 'binary', maxLength: 60 });
  fc.assert(
    fc.property(texts, (text) => cleanText(cleanText(text)) === cleanText(text)),
    { numRuns: 100, seed: 1 },
  );
});
