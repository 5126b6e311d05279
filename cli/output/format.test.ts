import fc from 'fast-check';
import stringWidth from 'string-width';
import { describe, expect, it } from 'vitest';
import { columns } from './columns.ts';
import { bar, dollars, duration, justify, padEnd, quantity, truncate } from './format.ts';

describe('formatting', () => {
  it('gives durations in at most two units', () => {
    expect([0.84, 9.96, 14.4, 59.9, 80, 3599, 7500].map(duration)).toEqual([
      '0.8 s',
      '10 s',
      '14 s',
      '1 min 0 s',
      '1 min 20 s',
      '59 min 59 s',
      '2 h 5 min',
    ]);
  });

  it('gives quantities fewer decimals the larger they are', () => {
    expect([1234, 15.23, 0.412, 120.7, 3].map(quantity)).toEqual(['1,234', '15.2', '0.41', '121', '3']);
  });

  it('gives dollars to the cent, and small amounts more precisely', () => {
    expect([0, 0.0012, 0.0909, 0.1, 12.5].map(dollars)).toEqual(['$0.00', '$0.0012', '$0.0909', '$0.10', '$12.50']);
  });

  it('fills a bar by the share that is done, within its width', () => {
    expect(bar(1, 2, 4)).toBe('██░░');
    expect(bar(0, 0, 4)).toBe('░░░░');
    fc.assert(
      fc.property(fc.float({ noNaN: true }), fc.float({ noNaN: true }), (done, total) => {
        expect(bar(done, total, 9)).toHaveLength(9);
      }),
    );
  });
});

describe('columns in any script', () => {
  it('are aligned if Chinese characters take two cells', () => {
    expect(
      columns([
        ['手册', 'a'],
        ['abcdef', 'b'],
      ]),
    ).toEqual(['手册     a', 'abcdef   b']);
  });

  it('are never wider than the terminal', () => {
    const text = fc.string({ unit: fc.constantFrom('a', '字', 'é', '👍', 'テ', ' ') });
    fc.assert(
      fc.property(text, text, fc.integer({ min: 30, max: 90 }), (left, right, width) => {
        expect(stringWidth(truncate(left, width))).toBeLessThanOrEqual(width);
        if (stringWidth(right) < width - 12) expect(stringWidth(justify(left, right, width))).toBe(width);
        expect(stringWidth(padEnd(left, width))).toBeGreaterThanOrEqual(width);
      }),
    );
  });

  it('are shortened at a whole character, with an ellipsis', () => {
    expect(truncate('扫描件一二三', 7)).toBe('扫描件…');
    expect(truncate('short', 7)).toBe('short');
  });
});
