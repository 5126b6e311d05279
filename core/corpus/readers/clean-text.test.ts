import fc from 'fast-check';
import { expect, test } from 'vitest';
import { cleanText } from './clean-text.ts';

test('line ends, blank lines and invisible characters are made plain', () => {
  expect(cleanText('\ufeff a\r\nb \u2028c\u00ad\u200bd\0\n\n\n\ne\u00a0f\t ')).toBe('a\nb\ncd\n\ne f');
});

test('characters that only look like everyday ones become those', () => {
  expect(cleanText('⽔泵⼿册 ﬁlter e\u0301')).toBe('水泵手册 filter é');
});

test('cleaning twice changes nothing more', { timeout: 60_000 }, () => {
  const texts = fc.string({ unit: 'binary', maxLength: 60 });
  fc.assert(
    fc.property(texts, (text) => cleanText(cleanText(text)) === cleanText(text)),
    { numRuns: 100, seed: 1 },
  );
});
