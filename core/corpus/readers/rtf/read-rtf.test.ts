import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parseDocument } from '../parse-document.ts';
import { readRtf } from './read-rtf.ts';

const FONTS = '{\\fonttbl{\\f0 Arial;}{\\f1\\fcharset134 SimSun;}{\\f2\\fcharset204 Arial;}{\\f3\\fcharset2 Symbol;}}';
const read = (body: string, head = '\\ansi\\ansicpg1252') =>
  readRtf(Buffer.from(`{\\rtf1${head}${FONTS}${body}}`, 'latin1'));
const text = (body: string, head?: string) =>
  read(body, head)
    .sections.map((section) => section.text)
    .join('\n');

test('pump.rtf, by Pandoc', async () => {
  const file = join(import.meta.dirname, '..', 'fixtures', 'formats', 'pump.rtf');
  const { media, sections } = await parseDocument(readFileSync(file), 'pump.rtf');
  expect(media).toBe('rtf');
  expect(sections.map(({ headings }) => headings.at(-1))).toEqual([undefined, 'Installation', 'Steps', '维护']);
  expect(sections[1]?.text).toContain('[1] With key no. 7.');
  expect(sections[2]?.text).toBe('1. Open valve A.\n2. Wait for 3 bar.\n  - twice in winter\n  - once in summer');
  expect(sections[3]?.text).toContain('Part | Interval | Price\nfilter | monthly | 12 €\nseal | yearly | 4 €');
});

describe('letters', () => {
  test.each([
    ['the code page of the file', "\\f0 \\'b1\\'c3", '\\ansi\\ansicpg936', '泵'],
    ['the character set of the font', "{\\f1 \\'b1\\'c3}{\\f2  \\'cf\\'f0\\'e8}", undefined, '泵 При'],
    ['a second byte that is an ASCII letter', "\\'83v", '\\ansi\\ansicpg932', 'プ'],
    [
      'Unicode, with what old programs show instead',
      "caf\\u233\\'e9, \\u8364?5{\\uc2 \\u8364 EU}{\\uc0\\u-10179\\u-8694}",
      undefined,
      'café, €5€😊',
    ],
    ['both texts of a group', 'A{\\upr{?}{\\*\\ud{\\u27893 ?}}}', undefined, 'A泵'],
    ['a font of symbols', "5 {\\f3 \\'6d}m", undefined, '5 μm'],
    ['signs', 'a\\emdash b\\~c\\_d\\-e\\{\\\\\\}\\line f', undefined, 'a—b c-de{\\}\nf'],
  ])('by %s', (_, body, head, expected) => {
    expect(text(body, head)).toBe(expected);
  });
});

describe('structure', () => {
  test('headings by style, by what it is based on, and by outline level', () => {
    const styles =
      "{\\stylesheet{\\s1\\outlinelevel0 Chapter;}{\\s2\\f1 \\'b1\\'ea\\'cc\\'e2 2;}{\\s3\\sbasedon2 Mine;}{\\*\\cs9 Strong;}}";
    const body =
      '\\pard\\s1 Pump\\par\\pard\\s3 Start\\par\\pard Open it.\\par\\pard\\outlinelevel1 Stop\\par\\pard Close it.';
    expect(read(styles + body).sections).toEqual([
      { headings: ['Pump', 'Start'], text: 'Open it.' },
      { headings: ['Pump', 'Stop'], text: 'Close it.' },
    ]);
  });

  test('numbers and bullets as they are stored', () => {
    const body =
      "{\\listtext 1.\\tab}one\\par{\\pntext\\f3\\'b7\\tab}two\\par\\pard{\\listtext a)\\tab}\\ilvl1 three\\par";
    expect(text(body)).toBe('1. one\n- two\n  a) three');
  });

  test('tables: merged cells, tables in cells, header rows', () => {
    const header = '\\trowd\\trhdr\\clmgf\\cellx1\\clmrg\\cellx2\\cellx3\\intbl Size\\cell\\cell Use\\cell\\row';
    const first =
      '\\trowd\\clvmgf\\cellx1\\cellx2\\cellx3\\pard\\intbl P\\cell 1\\cell\\pard\\intbl\\itap2 a\\nestcell b\\nestcell{\\*\\nesttableprops\\trowd\\cellx1\\cellx2\\nestrow}{\\nonesttables\\par}\\pard\\intbl\\itap1 c\\cell{\\trowd\\clvmgf\\cellx1\\cellx2\\cellx3\\row}';
    const second = '\\trowd\\clvmrg\\cellx1\\cellx2\\cellx3\\pard\\intbl\\cell 2\\cell x\\par y\\cell\\row\\pard End.';
    const [section] = read(header + first + second).sections;
    expect(section?.text).toBe('Size | Size | Use\nP | 1 | a, b; c\nP | 2 | x y\n\nEnd.');
    expect(section?.tables).toEqual([{ line: 0, rows: 3, headerRows: 1 }]);
  });
});

describe('what is around the text', () => {
  test('results of fields and formulas are read; contents, hidden text, headers are left out and reported', () => {
    const content = read(
      '{\\header Acme\\par}{\\field{\\*\\fldinst TOC}{\\fldrslt Start 1\\par}}See {\\field{\\*\\fldinst REF a}{\\fldrslt page 3}}' +
        '{\\v secret}{\\deleted old}: {\\field{\\*\\fldinst EQ \\\\f(a,b)}{\\fldrslt}}\\par',
    );
    expect(content.sections).toEqual([{ headings: [], text: 'See page 3: a/b' }]);
    expect(content.omitted).toEqual([
      { reason: 'contents', characters: 6, sample: 'Start 1' },
      { reason: 'hidden', characters: 9, sample: 'secret' },
      { reason: 'running-head', characters: 4, sample: 'Acme' },
    ]);
  });

  test('notes follow, text boxes are read once, equations in one line', () => {
    expect(text('Close it.{\\footnote\\chftn  With key 7.}\\par Wait.')).toBe(
      'Close it.[1]\n\n[1] With key 7.\n\nWait.',
    );
    const box =
      '{\\shp{\\*\\shpinst{\\sp{\\sn fType}{\\sv 202}}{\\shptxt In a box.\\par}}{\\shprslt{\\*\\do{\\dptxbxtext In a box.}}}}';
    expect(text(`Before.${box}\\par`)).toBe('Before.\n\nIn a box.');
    const sum = '{\\mnary{\\mnaryPr{\\mchr \\u8721?}}{\\msub{\\mr i}}{\\msup}{\\me{\\mr x}}}';
    expect(text(`{\\mmath{\\*\\moMath{\\mr Q=}{\\mf{\\mnum{\\mr V}}{\\mden{\\mr t}}}${sum}}}`)).toBe('Q=V/t∑_i x');
  });

  test('pictures, unknown groups and what follows the document are skipped, a file that ends early is read', () => {
    const picture = `{\\pict\\pngblip ${`${'89504e47'.repeat(16)}\n`.repeat(50_000)}}`;
    const before = performance.now();
    expect(text(`a${picture}{\\pict\\bin3 }}}}{\\*\\mine no}b}tail`)).toBe('ab');
    expect(performance.now() - before).toBeLessThan(10_000);
    expect(text('{\\b Half of it')).toBe('Half of it');
  });
});
