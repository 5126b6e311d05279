import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { analyze } from './analyzer.ts';
import { Bm25Index } from './bm25.ts';

describe('analyze', () => {
  it.each([
    ['words of any case and width', 'The PUMP, ｐｕｍｐ-7!', ['the', 'pump', 'pump', '7']],
    ['accents and other alphabets', 'Überdruck насос', ['überdruck', 'насос']],
    ['bigrams of Chinese characters', '清洗滤网', ['清洗', '洗滤', '滤网']],
    ['a single Chinese character', '水', ['水']],
    ['Chinese and Latin side by side', 'Vue组件v3', ['vue', '组件', 'v3']],
    ['Japanese with its long vowel mark', 'サーバー', ['サー', 'ーバ', 'バー']],
    ['Korean', '펌프 수리', ['펌프', '수리']],
    ['characters beyond the basic plane', '𠮷野家', ['𠮷野', '野家']],
    ['text without words', ' …。、— ', []],
  ])('returns the terms of %s', (_what, text, terms) => {
    expect(analyze(text)).toEqual(terms);
  });

  it('accepts any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 40 }), (text) => {
        expect(analyze(text)).not.toContain('');
      }),
    );
  });
});

describe('Bm25Index', () => {
  const scorerOf = async (passages: string[]) => {
    const index = await Bm25Index.of(passages);
    return (query: string) => {
      const { rows, scores } = index.score(query);
      return new Map(Array.from(rows, (row) => [row, scores[row] as number]));
    };
  };
  const few = scorerOf(['oil the pump', 'oil oil the press and wait', 'call the shift lead']);

  it('scores by the formula', async () => {
    // N = 3, df(oil) = 2, mean length 13 / 3; k1 = 1.2, b = 0.75.
    const idf = Math.log(1 + (3 - 2 + 0.5) / (2 + 0.5));
    const norm = (length: number) => 1.2 * (0.25 + (0.75 * length) / (13 / 3));
    const scores = (await few)('oil');
    expect([...scores.keys()]).toEqual([0, 1]);
    expect(scores.get(0)).toBeCloseTo((idf * 1) / (1 + norm(3)), 12);
    expect(scores.get(1)).toBeCloseTo((idf * 2) / (2 + norm(6)), 12);
  });

  it('weighs a rare word more than a common one, and a repeated word twice', async () => {
    const score = await few;
    expect(score('pump').get(0)).toBeGreaterThan(score('the').get(0) ?? 0);
    expect(score('oil oil').get(0)).toBeCloseTo(2 * (score('oil').get(0) ?? 0), 12);
  });

  it('returns no passage for words that none contains', async () => {
    const score = await few;
    expect(score('quarterly dividends').size).toBe(0);
    expect(score('constructor __proto__').size).toBe(0);
  });

  it('scores any passages and queries by the formula, independently of earlier queries', async () => {
    const words = fc.array(fc.constantFrom<string>('a', 'b', 'c', 'd', 'e'), { maxLength: 8 });
    const passage = fc.array(fc.constantFrom<string>('a', 'b', 'c', 'd'), { minLength: 1, maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(
        fc.array(passage, { minLength: 1, maxLength: 6 }),
        fc.array(words),
        async (passages, queries) => {
          const score = await scorerOf(passages.map((terms) => terms.join(' ')));
          const mean = passages.flat().length / passages.length;
          for (const query of queries) {
            const expected = new Map<number, number>();
            for (const [row, terms] of passages.entries()) {
              if (!query.some((word) => terms.includes(word))) continue;
              const sum = query.reduce((total, word) => {
                const df = passages.filter((other) => other.includes(word)).length;
                const frequency = terms.filter((term) => term === word).length;
                const idf = Math.log(1 + (passages.length - df + 0.5) / (df + 0.5));
                return total + (idf * frequency) / (frequency + 1.2 * (0.25 + (0.75 * terms.length) / mean));
              }, 0);
              expected.set(row, sum);
            }
            const scores = score(query.join(' '));
            expect(new Set(scores.keys())).toEqual(new Set(expected.keys()));
            for (const [row, sum] of expected) expect(scores.get(row)).toBeCloseTo(sum, 10);
          }
        },
      ),
    );
  });

  it('indexes more than the initial capacity of postings', async () => {
    const score = await scorerOf(Array.from({ length: 5000 }, (_, i) => `common w${i}`));
    expect(score('common').size).toBe(5000);
    expect([...score('w4321').keys()]).toEqual([4321]);
  });
});
