import { describe, expect, test } from 'vitest';
import { readWorkbook, rows, type SheetParts } from '../fixtures/workbook.ts';

const PUMPS = [
  ['Pump', 'Flow'],
  ['P-1', 12],
  ['P-2', 20],
];
const one = (sheet: SheetParts) => readWorkbook([sheet]);
const textOf = (sheet: SheetParts) => one(sheet).sections[0]?.text;
const headerRows = (sheet: SheetParts) => one(sheet).sections[0]?.tables?.map((table) => table.headerRows);

describe('where tables are on a sheet', () => {
  test('a table that begins in the fifth row and the fourth column is one table', () => {
    expect(one({ data: rows(PUMPS, 5, 3) }).sections).toEqual([
      { headings: [], text: 'Pump | Flow\nP-1 | 12\nP-2 | 20', tables: [{ line: 0, rows: 3, headerRows: 1 }] },
    ]);
  });

  test('tables below each other are two, however many blank rows are between them', () => {
    expect(textOf({ data: rows([['Prices']], 2) + rows(PUMPS, 4) + rows(PUMPS, 20) })).toBe(
      'Prices\n\nPump | Flow\nP-1 | 12\nP-2 | 20\n\nPump | Flow\nP-1 | 12\nP-2 | 20',
    );
  });

  test('what is in the last column is read, and empty columns before it are nothing', () => {
    expect(textOf({ data: '<row r="1"><c r="A1"><v>1</v></c><c r="XFD1"><v>2</v></c></row>' })).toBe('1 | 2');
  });

  test('rows and cells without references follow each other', () => {
    const cell = (value: number) => `<c><v>${value}</v></c>`;
    expect(textOf({ data: `<row>${cell(1)}${cell(2)}</row><row>${cell(3)}${cell(4)}</row>` })).toBe('1 | 2\n3 | 4');
  });
});

describe('rows that name the columns', () => {
  test('two rows, the first of which is merged above the second', () => {
    const sheet = {
      data: rows([
        ['Region', 'Plan', '', 'Done', ''],
        ['', 'Q1', 'Q2', 'Q1', 'Q2'],
        ['North', 1, 2, 3, 4],
      ]),
      after: '<mergeCells><mergeCell ref="A1:A2"/><mergeCell ref="B1:C1"/><mergeCell ref="D1:E1"/></mergeCells>',
    };
    expect(headerRows(sheet)).toEqual([2]);
    expect(textOf(sheet)).toBe('Region | Plan | Plan | Done | Done\nRegion | Q1 | Q2 | Q1 | Q2\nNorth | 1 | 2 | 3 | 4');
  });

  test('years after the name of the rows', () => {
    expect(
      headerRows({
        data: rows([
          ['Region', 2022, 2023],
          ['North', 1, 2],
        ]),
      }),
    ).toEqual([1]);
    expect(
      headerRows({
        data: rows([
          ['North', 120, 123],
          ['South', 1, 2],
        ]),
      }),
    ).toEqual([0]);
  });

  const NUMBERED = [
    ['Load', 10, 20],
    ['kW', 1, 2],
    ['A', 3, 4],
  ];
  const AREA = '<table ref="A1:C3"><autoFilter ref="A1:C3"/></table>';
  test.each<[string, Partial<SheetParts>, number]>([
    [
      'rows that stay in view',
      { before: '<sheetViews><sheetView><pane ySplit="2" state="frozen"/></sheetView></sheetViews>' },
      2,
    ],
    ['the head of a table', { parts: { table: AREA } }, 1],
    ['the row of a filter', { after: '<autoFilter ref="A1:C3"/>' }, 1],
    ['nothing', {}, 0],
  ])('%s', (_, more, expected) => {
    expect(headerRows({ data: rows(NUMBERED), ...more })).toEqual([expected]);
  });

  test('rows that are printed on each page', () => {
    const names =
      '<definedNames><definedName name="_xlnm.Print_Titles" localSheetId="0">S!$1:$2</definedName></definedNames>';
    const [section] = readWorkbook([{ data: rows(NUMBERED) }], { names }).sections;
    expect(section?.tables?.[0]?.headerRows).toBe(2);
  });
});

describe('what cells show', () => {
  test.each([
    ['00000', 1234, '01234'],
    ['#,##0.00', 1234.5, '1,234.50'],
    ['0.0%', 0.125, '12.5%'],
    ['0" kg"', 5, '5 kg'],
    ['#,##0;[Red](#,##0)', -1500, '(1,500)'],
    ['[$€-407] #,##0.00', 99.9, '€ 99.90'],
    ['_-* #,##0.00\\ "€"_-', 7, '7.00 €'],
    ['# ?/?', 0.5, '1/2'],
    ['[h]:mm', 1.125, '27:00'],
    ['mm:ss', 300 / 86_400, '05:00'],
    ['h:mm', 0.5, '12:00'],
    ['m/d/yyyy', 45_356, '2024-03-05'],
    ['yyyy-mm-dd h:mm', 45_356.5, '2024-03-05 12:00'],
    ['yyyy"年"m"月"d"日"', 45_356, '2024年3月5日'],
    ['mmm yyyy', 45_356, 'Mar 2024'],
    ['General', 123_456_789_012, '123456789012'],
    ['0', 0.1 + 0.2, '0'],
    ['no pattern [', 5, '5'],
  ])('%s of %f is %s', (pattern, value, shown) => {
    const cell = `<c s="0"><v>${value}</v></c>`;
    expect(
      readWorkbook(
        [
          {
            data: rows([
              ['What', 'Value'],
              ['x', cell],
            ]),
          },
        ],
        { styles: [pattern] },
      ).sections[0]?.text,
    ).toBe(`What | Value\nx | ${shown}`);
  });

  test('days of a workbook of the calendar of 1904', () => {
    const data = rows([['Day', '<c s="0"><v>43894</v></c>', '<c s="1"><v>43894</v></c>']]);
    const properties = '<workbookPr date1904="true"/>';
    expect(readWorkbook([{ data }], { properties, styles: ['d/m/yyyy', 'mmm-yy'] }).sections[0]?.text).toBe(
      'Day | 2024-03-05 | Mar-24',
    );
  });

  test('texts in several fonts, with readings, and with characters that XML cannot hold', () => {
    const strings =
      '<si><r><t>Bo</t></r><r><t>lt</t></r></si><si><t>東京</t><rPh><t>トウキョウ</t></rPh></si><si><t>a_x000D_\nb</t></si>';
    const data = rows([['<c t="s"><v>0</v></c>', '<c t="s"><v>1</v></c>', '<c t="s"><v>2</v></c>']]);
    expect(readWorkbook([{ data }], { strings }).sections[0]?.text).toBe('Bolt | 東京 | a b');
  });

  test('formulas without results are remarked, not those whose result is an empty text', () => {
    const data = rows([
      ['Net', 'Gross', 'Note'],
      [1, '<c><f>A2*1.19</f><v></v></c>', '<c t="str"><f>""</f><v></v></c>'],
      [2, '<c><f>A3*1.19</f></c>', ''],
    ]);
    expect(one({ data }).doubts).toEqual([{ kind: 'formulas-without-values', sample: '2: B2 =A2*1.19, …' }]);
    expect(one({ data: rows(PUMPS) }).doubts).toEqual([]);
  });
});

describe('what is beside and behind the cells', () => {
  test('hidden rows and columns are left out and counted', () => {
    const content = one({
      before: '<cols><col min="2" max="2" hidden="1"/></cols>',
      data: rows(
        [
          ['Part', 'Cost', 'Use'],
          ['A', 5, 'axle'],
          ['B', 6, 'belt'],
        ],
        1,
        0,
        [2],
      ),
    });
    expect(content.sections[0]?.text).toBe('Part | Use\nB | belt');
    expect(content.omitted).toEqual([{ reason: 'hidden', characters: 11, sample: 'Cost' }]);
  });

  test('rows that a filter hides, and closed groups, are read', () => {
    const filtered = '<autoFilter ref="A1:B3"><filterColumn colId="0"/></autoFilter>';
    expect(textOf({ data: rows(PUMPS, 1, 0, [2]), after: filtered })).toBe('Pump | Flow\nP-1 | 12\nP-2 | 20');
    const grouped = rows(PUMPS, 1, 0, [2]).replace('hidden="1"', 'hidden="1" outlineLevel="1"');
    expect(textOf({ data: grouped })).toBe('Pump | Flow\nP-1 | 12\nP-2 | 20');
  });

  test('text boxes are read; comments are left out and counted, those of a thread once', () => {
    const drawing = '<wsDr><sp><txBody><p><r><t>Valid until</t></r><r><t> June.</t></r></p></txBody></sp></wsDr>';
    const comments =
      '<comments><commentList><comment ref="A1"><text><t>Measured cold.</t></text></comment></commentList></comments>';
    const content = one({ data: rows(PUMPS), parts: { drawing, comments } });
    expect(content.sections[0]?.text).toBe('Pump | Flow\nP-1 | 12\nP-2 | 20\n\nValid until June.');
    expect(content.omitted).toEqual([{ reason: 'comment', characters: 12, sample: 'Measured cold.' }]);
    const threadedComment =
      '<ThreadedComments><threadedComment ref="A1"><text>Why?</text></threadedComment></ThreadedComments>';
    expect(one({ data: rows(PUMPS), parts: { comments, threadedComment } }).omitted).toEqual([
      { reason: 'comment', characters: 3, sample: 'Why?' },
    ]);
  });
});
