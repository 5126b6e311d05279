import { describe, expect, test } from 'vitest';
import { cell, p, sections, style, table, text } from '../fixtures/word.ts';
import { makeZip } from '../fixtures/zip.ts';
import { parseDocument } from '../parse-document.ts';

/** A document with further parts: `[relationship type, name, content]`, with the ids r0, r1… */
const archive = (body: string, parts: readonly (readonly [string, string, string])[], separator = '/') => {
  const relationships = parts.map(([type, name], i) => `<Relationship Id="r${i}" Type="x/${type}" Target="${name}"/>`);
  const files = [
    ['word/document.xml', `<w:document><w:body>${body}</w:body></w:document>`],
    ['word/_rels/document.xml.rels', `<Relationships>${relationships.join('')}</Relationships>`],
    ...parts.map(([, name, content]) => [`word/${name}`, content]),
  ];
  return makeZip(files.map(([name = '', content = '']) => ({ name: name.replaceAll('/', separator), content })));
};
const readArchive = async (...of: Parameters<typeof archive>) =>
  (await parseDocument(archive(...of), 'a.docx')).sections;

describe('other parts of a document', () => {
  test('documents that are inserted in it, under its headings', async () => {
    const body = `${p('Before.')}<w:altChunk r:id="r0"/><w:altChunk r:id="r1"/>${p('After.')}`;
    const mail = 'MIME-Version: 1.0\nContent-Type: multipart/related; boundary="b"\n\n--b\nContent-Type: text/html\n\n';
    expect(
      await readArchive(body, [
        ['aFChunk', 'a.html', '<html><body><h1>Start</h1><p>Open it.</p></body></html>'],
        ['aFChunk', 'b.mht', `${mail}<p>From a page.</p>\n--b--`],
      ]),
    ).toEqual([
      { headings: [], text: 'Before.' },
      { headings: ['Start'], text: 'Open it.\n\nFrom a page.\n\nAfter.' },
    ]);
  });

  test('diagrams and charts', async () => {
    const drawing = (content: string) => `<w:p><w:r><w:drawing>${content}</w:drawing></w:r></w:p>`;
    const point = (i: number, value: string) => `<c:pt idx="${i}"><c:v>${value}</c:v></c:pt>`;
    const series = `<c:ser><c:tx>${point(0, 'Flow')}</c:tx><c:cat>${point(0, '春')}${point(1, '夏')}</c:cat><c:val>${point(0, '1.5')}${point(1, '0.30000000000000004')}</c:val></c:ser>`;
    const title = '<c:title><a:p><a:r><a:t>Water</a:t></a:r></a:p></c:title>';
    const [section] = await readArchive(drawing('<dgm:relIds r:dm="r0"/>') + drawing('<c:chart r:id="r1"/>'), [
      ['diagramData', 'data.xml', '<dgm:dataModel><a:p><a:r><a:t>Open</a:t></a:r></a:p><a:p/></dgm:dataModel>'],
      [
        'chart',
        'chart.xml',
        `<c:chartSpace><c:chart>${title}<c:plotArea><c:barChart>${series}</c:barChart></c:plotArea></c:chart></c:chartSpace>`,
      ],
    ]);
    expect(section?.text).toBe('Open\n\nWater\n\n | Flow\n春 | 1.5\n夏 | 0.3');
    expect(section?.tables).toEqual([{ line: 4, rows: 3, headerRows: 1 }]);
  });

  test('an archive whose folders are separated by backslashes', async () => {
    expect(await readArchive(p('Open it.'), [], '\\')).toEqual([{ headings: [], text: 'Open it.' }]);
  });
});

describe('tables', () => {
  test('cells that are merged with those before them', () => {
    const first = cell('Size', '<w:hMerge w:val="restart"/>') + cell('', '<w:hMerge/>') + cell('Price');
    expect(text(table([first], [cell('a'), cell('b'), cell('c')]))).toBe('Size | Size | Price\na | b | c');
  });

  test('a first row that the style of the table marks is a header; one that says it is none is none', () => {
    const look = '<w:tblPr><w:tblStyle w:val="T"/><w:tblLook w:val="04A0"/></w:tblPr>';
    const rows = table([cell('Part'), cell('Use')], [cell('lid'), cell('closing')], [cell('seal'), cell('tightness')]);
    const styles =
      '<w:style w:type="table" w:styleId="T"><w:tblStylePr w:type="firstRow"><w:rPr/></w:tblStylePr></w:style>';
    expect(sections(rows.replace('<w:tbl>', `<w:tbl>${look}`), { styles })[0]?.tables?.[0]?.headerRows).toBe(1);
    expect(sections(rows, { styles: styles + style('x', 'x') })[0]?.tables?.[0]?.headerRows).toBe(0);
    const off = rows.replace('<w:tr>', '<w:tr><w:trPr><w:tblHeader w:val="0"/></w:trPr>');
    expect(sections(off)[0]?.tables?.[0]?.headerRows).toBe(0);
  });
});
