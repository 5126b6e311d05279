import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Bm25Index } from './bm25.ts';
import { indexTerms } from './words.ts';

describe('index terms', () => {
  it.each([
    ['words, whatever their case or width', 'The PUMP, ｐｕｍｐ-7!', ['the', 'pump', 'pump', '7']],
    ['accents and other alphabets', 'Überdruck насос', ['überdruck', 'насос']],
    ['pairs of Chinese characters', '清洗滤网', ['清洗', '洗滤', '滤网']],
    ['a lone Chinese character', '水', ['水']],
    ['Chinese and Latin side by side', 'Vue组件v3', ['vue', '组件', 'v3']],
    ['Japanese with its long vowel mark', 'サーバー', ['サー', 'ーバ', 'バー']],
    ['Korean', '펌프 수리', ['펌프', '수리']],
    ['characters beyond the basic plane', '𠮷野家', ['𠮷野', '野家']],
    ['nothing', ' …。、— ', []],
  ])('are %s', (_what, text, terms) => {
    expect(indexTerms(text)).toEqual(terms);
  });

  it('come of any text without a fault', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 40 }), (text) => {
        expect(indexTerms(text)).not.toContain('');
      }),
    );
  });
});

describe('scores', () => {
  const index = new Bm25Index(['oil the pump', 'oil oil the press and wait', 'call the shift lead']);

  it('are those of the formula', () => {
    // N = 3, df(oil) = 2, mean length 13 / 3; k1 = 1.2, b = 0.75.
    const idf = Math.log(1 + (3 - 2 + 0.5) / (2 + 0.5));
    const norm = (length: number) => 1.2 * (0.25 + (0.75 * length) / (13 / 3));
    const scores = index.score('oil');
    expect([...scores.keys()]).toEqual([0, 1]);
    expect(scores.get(0)).toBeCloseTo((idf * 1) / (1 + norm(3)), 12);
    expect(scores.get(1)).toBeCloseTo((idf * 2) / (2 + norm(6)), 12);
  });

  it('weigh a rare word more than a common one, and a repeated one twice', () => {
    expect(index.score('pump').get(0)).toBeGreaterThan(index.score('the').get(0) ?? 0);
    expect(index.score('oil oil').get(0)).toBeCloseTo(2 * (index.score('oil').get(0) ?? 0), 12);
  });

  it('are none for words that no passage has', () => {
    expect(index.score('quarterly dividends').size).toBe(0);
    expect(index.score('constructor __proto__').size).toBe(0);
  });
});
