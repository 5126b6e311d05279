import { describe, expect, test } from 'vitest';
import { makeDocx, makeZip } from '../fixtures/zip.ts';
import { openZip } from '../open-zip.ts';
import { readDocx } from './read-docx.ts';

describe('readDocx', { timeout: 60_000 }, () => {
  test('headings are found by style', () => {
    const docx = makeDocx([
      ['Heading1', '泵'],
      ['', '先关阀。'],
      ['Heading2', 'Stop'],
      ['', 'Close it &amp; wait.'],
    ]);
    expect(readDocx(openZip(docx)).sections).toEqual([
      { headings: ['泵'], text: '先关阀。' },
      { headings: ['泵', 'Stop'], text: 'Close it & wait.' },
    ]);
  });

  test('an archive that declares too large a size is refused', () => {
    const bomb = makeZip([{ name: 'word/document.xml', content: 'x', declared: 300 * 2 ** 20 }]);
    expect(() => readDocx(openZip(bomb))).toThrow('unpacks to more');
  });

  test('a zip bomb that declares a small size is refused', () => {
    const bomb = makeZip([{ name: 'word/document.xml', content: new Uint8Array(30 * 2 ** 20), declared: 1000 }]);
    expect(bomb.length).toBeLessThan(40_000);
    expect(() => readDocx(openZip(bomb))).toThrow('unpacks to more');
  });

  test('encrypted and truncated archives are refused', () => {
    expect(() => readDocx(openZip(makeZip([{ name: 'word/document.xml', content: 'x', flags: 1 }])))).toThrow(
      'encrypted',
    );
    const whole = makeDocx([['', 'text']]);
    for (const length of [4, 30, 200, whole.length - 30, whole.length - 4]) {
      expect(() => readDocx(openZip(whole.slice(0, length)))).toThrow('damaged zip archive');
    }
  });
});
