import { readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { readPdf } from '../read-pdf.ts';

/** Reads a file of fixtures/: PDFs as programs wrote them. */
async function read(name: string) {
  const { sections, ...rest } = await readPdf(await readFile(new URL(`./fixtures/${name}.pdf`, import.meta.url)));
  return {
    ...rest,
    headings: sections.flatMap(({ headings }) => headings),
    text: sections.map((s) => s.text).join('\n'),
  };
}

describe('documents', { timeout: 60_000 }, () => {
  test('a Chinese notice in a font that is not embedded', async () => {
    const { headings, text } = await read('gbk-notice');
    expect(headings).toEqual(['关于设备检查的通知']);
    expect(text).toContain('各部门：每月第二个星期二检查空调设备，期间暖气停止供应。');
    expect(text).toContain('Order no. KX-40/2024, phone 412, hall B-114');
    expect(text).toContain('请各单位提前安排好工作，并于检查前一天关闭阀门。');
  });

  test('Chinese and Korean beside Latin text', async () => {
    const chinese = await read('cid-fonts-zh-mixed');
    expect(chinese.headings).toEqual(['设备维护手册']);
    expect(chinese.text).toContain('每月第二个星期二检查空调设备，检查期间暖气会停止。');
    expect(chinese.text).toContain('Contact: facility desk, phone 412, room B-114');
    expect(chinese.text).toContain('如有问题请联系总务处。');
    const korean = await read('cid-fonts-ko-mixed');
    expect(korean.headings).toEqual(['설비 점검']);
    expect(korean.text).toContain('매월 둘째 화요일에 공조 설비를 점검합니다.');
  });

  test('Arabic from a browser', async () => {
    const { headings, text, doubts } = await read('chromium-ar');
    expect(headings).toEqual(['تعليمات السلامة']);
    expect(text).toBe(
      'أغلق الصمام الرئيسي قبل فتح الغطاء. لا تلمس المضخة خلال أول 10 دقائق، حتى لو كان المصباح KX-40 مضاء. افحص الضغط كل أسبوع واكتبه في السجل.\n\nقطع الغيار في الخزانة رقم 9 مرتبة حسب القطر.',
    );
    expect(doubts).toEqual([]);
  });

  test('two columns that are drawn row by row', async () => {
    const { text } = await read('two-columns-by-row');
    expect(text).toMatch(
      /^The night crew checks every pump before the line is started and writes the pressure into the log/,
    );
    expect(text).toMatch(
      /Spare seals are kept in cabinet nine, sorted by their diameter, and are counted again on each/,
    );
  });

  test('words and letters that are drawn twice', async () => {
    const { text, headings } = await read('double-strike-a');
    expect([...headings, text].join('\n')).toBe(
      'Emergency stop\nPress the red button on the left side of the panel. Never reset it alone.\nThen call the desk and wait for the second person.',
    );
  });

  test('a table on a page that is turned', async () => {
    expect((await read('watermark-rotated-landscape-table')).text).toBe(
      'Pump Pressure Owner\nP-1 4 bar Billing hall\nP-2 6 bar North hall',
    );
  });

  test('a price list of several pages, every row of it', async () => {
    const { headings, text, omitted } = await read('price-list-a');
    expect(headings).toEqual(['Sealing rings']);
    const rows = text.split('\n').filter((line) => line.startsWith('K-'));
    expect(rows).toHaveLength(200);
    expect(
      rows.every((row, i) => row.startsWith(`K-${1000 + i} `) && /^K-\d+ \d+ mm \d+ mm \d+\.\d\d$/.test(row)),
    ).toBe(true);
    expect(omitted).toEqual([]);
  });

  test('a paper with hyphenated words in one column and in two', async () => {
    const { headings, text } = await read('paper-a');
    expect(headings[0]).toBe('Documentation of pump maintenance');
    expect(text).not.toMatch(/\p{L}- ?\p{L}/u);
    const words = new Set(
      'the maintenance of centrifugal pumps requires consistent documentation temperature pressure vibration and lubrication because operators otherwise misjudge deterioration bearings'.split(
        ' ',
      ),
    );
    expect([...new Set(text.match(/\p{L}+/gu))].filter((word) => !words.has(word))).toEqual([]);
  });
});
