import { describe, expect, test } from 'vitest';
import { makePdf, type PrintedLine } from '../fixtures/pdf.ts';
import { readPdf } from '../read-pdf.ts';

const WORDS = 'pump valve seal motor filter hose crew hall pressure oil water night'.split(' ');
/** Lines of running text that are different on every page. */
const body = (page: number, lines = 30): PrintedLine[] =>
  Array.from({ length: lines }, (_, i) => ({
    text: Array.from({ length: 11 }, (_, k) => WORDS[(page * 7 + i * 5 + k * (i + 2)) % WORDS.length]).join(' '),
    y: 700 - 14 * i,
  }));

async function read(pages: readonly (readonly PrintedLine[])[]) {
  const { sections, omitted = [] } = await readPdf(makePdf(pages));
  const text = sections.map((section) => [...section.headings, section.text].join('\n')).join('\n');
  return { text, heads: omitted.filter(({ reason }) => reason === 'running-head') };
}

const pages = (count: number, more: (page: number) => PrintedLine[]) =>
  Array.from({ length: count }, (_, i) => [...more(i + 1), ...body(i + 1)]);

describe('running heads', { timeout: 60_000 }, () => {
  test('that alternate between left and right pages', async () => {
    const { text, heads } = await read(
      pages(8, (n) => [
        n % 2 === 0 ? { text: `${n} Acme pump manual`, y: 760 } : { text: `Maintenance ${n}`, x: 400, y: 760 },
      ]),
    );
    expect(text).not.toMatch(/Acme|Maintenance/);
    expect(heads).toEqual([{ reason: 'running-head', characters: 4 * 15 + 4 * 12, sample: 'Maintenance 1' }]);
  });

  test('that name the chapter, some of them on a single page', async () => {
    const chapters = ['Safety', 'Safety', 'Start', 'Start', 'Start', 'Care', 'Care', 'Repair', 'Terms'];
    const { text } = await read(pages(9, (n) => [{ text: `${chapters[n - 1]} of the pump`, y: 760 }]));
    expect(text).not.toMatch(/Safety|Start|Care|Repair|Terms/);
  });

  test.each([
    ['Roman', (n: number) => ['i', 'ii', 'iii', 'iv', 'v', 'vi'][n - 1] ?? ''],
    ['in words', (n: number) => `Page ${n + 4} of 40`],
    ['with the chapter', (n: number) => `${n > 3 ? 2 : 1}-${n > 3 ? n - 3 : n}`],
    ['Chinese', (n: number) => `- ${n} -`],
  ])('page numbers: %s', async (_, number) => {
    const { text } = await read(pages(6, (n) => [{ text: number(n), x: 300, y: 30 }]));
    for (const n of [1, 2, 3, 4, 5, 6]) expect(text.split('\n')).not.toContain(number(n));
    expect(text).not.toMatch(/\d/);
  });

  test('page numbers that follow the text, wherever it ends on its page', async () => {
    const some = [1, 2, 3, 4].map((n) => [
      ...body(n, 10 + 3 * n),
      { text: `${n + 11}`, x: 300, y: 660 - 14 * (10 + 3 * n) },
    ]);
    expect((await read(some)).text).not.toMatch(/\d/);
  });

  test('in a document of two pages', async () => {
    const { text } = await read(
      pages(2, (n) => [
        { text: 'Acme pump works', y: 765 },
        { text: `Page ${n} of 2`, y: 25 },
      ]),
    );
    expect(text).not.toMatch(/Acme|Page/);
  });

  test('are not the titles of two forms', async () => {
    const { text } = await read(pages(2, () => [{ text: 'Inspection record', y: 730, size: 18 }]));
    expect(text).toContain('Inspection record');
  });

  test('are not rows of a table that differ in their digits', async () => {
    const row = (n: number, y: number): PrintedLine[] =>
      [`R-${100 + n}`, `${10 + n} mm`, `${20 + n} mm`].map((text, k) => ({ text, x: 60 + 120 * k, y }));
    const list = [0, 1, 2, 3].map((page) => [
      ...['Ring', 'Inner', 'Outer'].map((text, k) => ({ text, x: 60 + 120 * k, y: 740 })),
      ...Array.from({ length: 25 }, (_, i) => row(page * 25 + i, 720 - 20 * i)).flat(),
    ]);
    const { text, heads } = await read(list);
    for (let n = 0; n < 100; n += 1) expect(text).toContain(`R-${100 + n} ${10 + n} mm ${20 + n} mm`);
    expect(text).toContain('Ring Inner Outer');
    expect(heads).toEqual([]);
  });

  test('are not rows of a list of one column', async () => {
    const list = [0, 1, 2].map((page) =>
      Array.from({ length: 40 }, (_, i) => ({ text: `Article ${page * 40 + i}`, y: 740 - 16 * i })),
    );
    const { text } = await read(list);
    for (let n = 0; n < 120; n += 1) expect(text.split('\n')).toContain(`Article ${n}`);
  });
});
