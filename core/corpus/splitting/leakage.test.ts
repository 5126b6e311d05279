import { describe, expect, test } from 'vitest';
import { leakage } from './leakage.ts';
import { nearDuplicateGroups } from './near-duplicates.ts';
import { shingles } from './shingles.ts';

const count = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => `w${from + i}`).join(' ');

describe('shingles', { timeout: 60_000 }, () => {
  test('are runs of eight words, where Han characters are words and case and punctuation do not count', () => {
    expect(shingles(count(0, 20))).toHaveLength(13);
    expect(shingles('启动水泵之前先检查阀门')).toHaveLength(4);
    expect(shingles('Vue是一个框架')).toHaveLength(1);
    expect(shingles('One, TWO: three')).toEqual(shingles('one two (three)'));
    expect(shingles('one two')).not.toEqual(shingles('two one'));
    expect(shingles(' …！')).toHaveLength(0);
  });
});

describe('leakage', { timeout: 60_000 }, () => {
  test('counts validation texts of which half is in one training text', async () => {
    const train = [count(0, 40), count(100, 140)];
    expect(await leakage(train, [count(0, 40)])).toBe(1);
    expect(await leakage(train, [count(20, 60)])).toBe(0);
    expect(await leakage(train, [count(14, 54)])).toBe(1);
    expect(await leakage(train, [count(0, 40), count(500, 540), '', count(600, 620)])).toBe(0.25);
    expect(await leakage(train, [])).toBe(0);
  });

  test('two training texts with a quarter each are not near-duplicates', async () => {
    const validation = [`${count(0, 18)} ${count(200, 216)} ${count(100, 118)}`];
    expect(await leakage([count(0, 18), count(100, 118)], validation)).toBe(0);
  });

  test('counts a text that is in more than a thousand training texts', async () => {
    const train = Array.from({ length: 1500 }, (_, i) => `${count(0, 30)} ${count(1000 + 40 * i, 1020 + 40 * i)}`);
    expect(await leakage(train, [count(0, 30), count(900_000, 900_030)])).toBe(0.5);
  });

  test('agrees with comparing every pair', async () => {
    const piece = (i: number) => count((i * 7919) % 60, ((i * 7919) % 60) + 12 + (i % 5) * 6);
    const train = Array.from({ length: 30 }, (_, i) => `${piece(i)} ${piece(i + 3)}`);
    const validation = Array.from({ length: 40 }, (_, i) => `${piece(i + 11)} ${count(200 + i * 40, 210 + i * 40)}`);
    const leaked = validation.filter((text) => {
      const own = shingles(text);
      return train.some((other) => {
        const others = new Set(shingles(other));
        return own.filter((hash) => others.has(hash)).length >= own.length / 2;
      });
    });
    expect(leaked.length).toBeGreaterThan(0);
    expect(leaked.length).toBeLessThan(40);
    expect(await leakage(train, validation)).toBe(leaked.length / 40);
  });
});

describe('nearDuplicateGroups', { timeout: 60_000 }, () => {
  test('texts with mostly the same words are one group, others are not', async () => {
    const edition = (i: number) => `${count(0, 300)} edition ${i}`;
    expect(await nearDuplicateGroups([edition(1), count(400, 700), edition(2), count(250, 600), edition(3)])).toEqual([
      0, 1, 0, 2, 0,
    ]);
  });

  test('a chain of texts with small changes is one group', async () => {
    const versions = Array.from({ length: 30 }, (_, i) => count(20 * i, 20 * i + 300));
    expect(new Set(await nearDuplicateGroups(versions)).size).toBe(1);
  });
});
