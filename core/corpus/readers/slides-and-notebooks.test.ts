import { describe, expect, test } from 'vitest';
import { makeZip } from './fixtures/zip.ts';
import { xhtmlAsHtml } from './html/xhtml.ts';
import { openZip } from './open-zip.ts';
import { readIpynb } from './read-ipynb.ts';
import { readPptx } from './read-pptx.ts';
import { readCsv } from './sheets/read-csv.ts';

const slide = (shapes: string, relationships = '', chart = '') =>
  readPptx(
    openZip(
      makeZip(
        Object.entries({
          'ppt/presentation.xml':
            '<p:presentation><p:sldIdLst><p:sldId id="9" r:id="r1"/></p:sldIdLst></p:presentation>',
          'ppt/_rels/presentation.xml.rels':
            '<Relationships><Relationship Id="r1" Type="x/slide" Target="slides/slide1.xml"/></Relationships>',
          'ppt/slides/slide1.xml': `<p:sld><p:cSld><p:spTree>${shapes}</p:spTree></p:cSld></p:sld>`,
          'ppt/slides/_rels/slide1.xml.rels': `<Relationships>${relationships}</Relationships>`,
          'ppt/charts/c.xml': chart,
        }).map(([name, content]) => ({ name, content })),
      ),
    ),
  ).sections[0]?.text;

describe('slides', () => {
  test('numbers are shown by their type, and begin again with another one', () => {
    const line = (type: string, text: string) =>
      `<a:p><a:pPr><a:buAutoNum type="${type}"/></a:pPr><a:r><a:t>${text}</a:t></a:r></a:p>`;
    const lines = [
      'circleNumDbPlain',
      'circleNumDbPlain',
      'arabicParenBoth',
      'alphaLcParenR',
      'ea1ChsPeriod',
      'romanUcPeriod',
    ];
    const shape = `<p:sp><p:txBody>${lines.map((type, i) => line(type, `x${i}`)).join('')}</p:txBody></p:sp>`;
    expect(slide(shape)).toBe('① x0\n② x1\n(1) x2\na) x3\n一. x4\nI. x5');
  });

  test('charts: titles, categories and values', () => {
    const point = (i: number, value: string) => `<c:pt idx="${i}"><c:v>${value}</c:v></c:pt>`;
    const series = (name: string, value: string) =>
      `<c:ser><c:tx>${point(0, name)}</c:tx><c:cat>${point(0, 'Q1')}</c:cat><c:val>${point(0, value)}</c:val></c:ser>`;
    const chart = `<c:chartSpace><c:chart><c:title><a:t>Sales</a:t></c:title><c:plotArea><c:barChart>${series('2023', '4.3')}${series('2024', '5')}</c:barChart></c:plotArea></c:chart></c:chartSpace>`;
    const frame = '<p:graphicFrame><a:graphic><c:chart r:id="r7"/></a:graphic></p:graphicFrame>';
    expect(slide(frame, '<Relationship Id="r7" Type="x/chart" Target="../charts/c.xml"/>', chart)).toBe(
      'Sales\n\n | 2023 | 2024\nQ1 | 4.3 | 5',
    );
  });
});

test('notebooks: errors, pictures, lines that are written over, headings of version 3', () => {
  const outputs = [
    { output_type: 'error', ename: 'ValueError', evalue: 'bad' },
    { data: { 'image/png': 'AAAA', 'text/plain': '<Figure size 1x1>' } },
    { text: '10%\r100%\ndone\r\n' },
  ];
  const cells = [
    { cell_type: 'heading', level: 2, source: 'Start' },
    { cell_type: 'code', source: 'run()', outputs },
  ];
  expect(readIpynb(JSON.stringify({ cells })).sections).toEqual([
    { headings: ['Start'], text: 'run()\n\nValueError: bad\n\n100%\ndone' },
  ]);
});

test('the line of a CSV file that names the delimiter is no row', () => {
  expect(readCsv('sep=;\r\nA;B,C\r\n1;2,5').sections[0]?.text).toBe('A | B,C\n1 | 2,5');
});

test('elements of XHTML that are their own end hide nothing; other text stays as it is', () => {
  const page = '<html xmlns="x"><title/><script src="a>b"/><p id=\'/>\'>1<br/>2</p></html>';
  expect(xhtmlAsHtml(page)).toBe(
    '<html xmlns="x"><title></title><script src="a>b"></script><p id=\'/>\'>1<br/>2</p></html>',
  );
  expect(xhtmlAsHtml('<p>In HTML: <i/>x')).toBe('<p>In HTML: <i/>x');
  const before = performance.now();
  xhtmlAsHtml(`<html xmlns="x">${'<a b="'.repeat(50_000)}`);
  expect(performance.now() - before).toBeLessThan(5000);
});
