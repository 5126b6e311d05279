import { describe, expect, test } from 'vitest';
import { makeDocx, makeZip } from './fixtures/zip.ts';
import { readDocx } from './read-docx.ts';

describe('readDocx', { timeout: 60_000 }, () => {
  test('headings are found by style', async () => {
    const docx = makeDocx([
      ['Heading1', '泵'],
      ['', '先关阀。'],
      ['Heading2', 'Stop'],
      ['', 'Close it &amp; wait.'],
    ]);
    expect((await readDocx(docx)).sections).toEqual([
      { headings: ['泵'], text: '先关阀。' },
      { headings: ['泵', 'Stop'], text: 'Close it & wait.' },
    ]);
  });

  test.each([
    ['xl/workbook.xml', 'an Excel workbook'],
    ['ppt/presentation.xml', 'a PowerPoint presentation'],
    ['photos/a.jpg', 'a zip archive, not a Word document'],
  ])('an archive with %s is refused as %s', async (name, reason) => {
    await expect(readDocx(makeZip([{ name, content: 'x' }]))).rejects.toThrow(reason);
  });

  test('an archive that declares too large a size is refused', async () => {
    const bomb = makeZip([{ name: 'word/document.xml', content: 'x', declared: 300 * 2 ** 20 }]);
    await expect(readDocx(bomb)).rejects.toThrow('unpacks to more');
  });

  test('a zip bomb that declares a small size is refused', async () => {
    const bomb = makeZip([{ name: 'word/document.xml', content: new Uint8Array(30 * 2 ** 20), declared: 1000 }]);
    expect(bomb.length).toBeLessThan(40_000);
    await expect(readDocx(bomb)).rejects.toThrow('unpacks to more');
  });

  test('encrypted and truncated archives are refused', async () => {
    await expect(readDocx(makeZip([{ name: 'word/document.xml', content: 'x', flags: 1 }]))).rejects.toThrow(
      'encrypted',
    );
    const whole = makeDocx([['', 'text']]);
    for (const length of [4, 30, 200, whole.length - 30, whole.length - 4]) {
      await expect(readDocx(whole.slice(0, length))).rejects.toThrow('damaged zip archive');
    }
  });
});
