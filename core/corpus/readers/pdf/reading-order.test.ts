import { describe, expect, test } from 'vitest';
import { drawn, drawPdf, makePdf, type PrintedLine } from '../fixtures/pdf.ts';
import { readPdf } from '../read-pdf.ts';

const LEFT = [
  'The night crew checks every pump',
  'before the line is started and it',
  'writes the pressure into the log',
  'book that hangs beside the door,',
  'where the day crew can find it.',
];
const RIGHT = [
  'Spare seals are kept in cabinet',
  'nine, sorted by their diameter,',
  'and are counted again on each',
  'first Monday of the month, when',
  'the store has no other visitors.',
];
const MIDDLE = [
  'A seal that leaks is replaced at',
  'once, because a pump that runs',
  'without water is damaged within',
  'minutes and has to be sent back',
  'to the works that has built it.',
];

const column = (lines: readonly string[], x: number, top = 700): PrintedLine[] =>
  lines.map((text, i) => ({ text, x, y: top - 12 * i }));
const byRow = (...columns: PrintedLine[][]) => (columns[0] ?? []).flatMap((_, i) => columns.flatMap((c) => c[i] ?? []));
const text = async (lines: readonly PrintedLine[]) => {
  const { sections } = await readPdf(makePdf([lines]));
  return sections.map((section) => section.text).join('\n\n');
};

describe('columns', { timeout: 60_000 }, () => {
  test.each([
    ['row by row', byRow(column(LEFT, 50), column(RIGHT, 320))],
    ['one after the other', [...column(LEFT, 50), ...column(RIGHT, 320)]],
    ['the right one first', [...column(RIGHT, 320), ...column(LEFT, 50)]],
    ['on baselines of their own', byRow(column(LEFT, 50), column(RIGHT, 320, 695))],
  ])('that are drawn %s are read one after the other', async (_, lines) => {
    expect(await text(lines)).toBe(`${LEFT.join(' ')}\n\n${RIGHT.join(' ')}`);
  });

  test('three columns below a line that spans them', async () => {
    const title = { text: 'Rules for the pump hall, which all visitors and crews have to follow at any time', y: 730 };
    const lines = [title, ...byRow(column(LEFT, 40), column(MIDDLE, 225), column(RIGHT, 410))];
    expect(await text(lines)).toBe(`${title.text}\n\n${LEFT.join(' ')}\n\n${MIDDLE.join(' ')}\n\n${RIGHT.join(' ')}`);
  });

  test('narrow columns of three words a line that are drawn row by row', async () => {
    const narrow = [
      'Pumps are kept',
      'at work through',
      'the night, when',
      'a crew of four',
      'writes down the',
      'pressure of all.',
    ];
    const other = [
      'Seals lie in box',
      'nine, sorted by',
      'the diameter so',
      'that nobody has',
      'to look for one',
      'in a dark hall.',
    ];
    expect(await text(byRow(column(narrow, 50), column(other, 320)))).toBe(`${narrow.join(' ')}\n\n${other.join(' ')}`);
  });

  test('a word that is hyphenated at the end of a column continues in the next one', async () => {
    const left = [...LEFT.slice(0, 4), 'where the day crew finds the docu-'];
    const right = ['mentation of the seals, of which', ...RIGHT.slice(1)];
    expect(await text(byRow(column(left, 50), column(right, 320)))).toContain('finds the documentation of the seals');
  });

  test('rows of a table are read row by row', async () => {
    const rows = ['Pump', 'Valve', 'Seal', 'Motor', 'Filter', 'Hose'].map((name, i) => [
      name,
      `${i + 2} bar`,
      'North hall',
    ]);
    const lines = rows.flatMap((cells, i) => cells.map((text, k) => ({ text, x: 50 + 150 * k, y: 700 - 14 * i })));
    expect((await text(lines)).split('\n')).toEqual(rows.map((cells) => cells.join(' ')));
    const byColumn = [0, 1, 2].flatMap((k) => lines.filter((_, i) => i % 3 === k));
    expect((await text(byColumn)).split('\n')).toEqual(rows.map((cells) => cells.join(' ')));
  });

  test('cells of several lines are read as a whole where the table is drawn cell by cell', async () => {
    const cells = [
      [['Valve'], ['Close it before you start', 'the pump and keep it closed', 'until the pressure falls.'], ['20 Nm']],
      [['Seal'], ['Replace it once a year or', 'after a leak.'], ['5 Nm']],
    ];
    const lines = cells.flatMap((row, i) =>
      row.flatMap((cell, k) => column(cell, [50, 150, 400][k] ?? 0, 700 - 60 * i)),
    );
    expect((await text(lines)).split('\n\n')).toEqual([
      'Valve Close it before you start the pump and keep it closed until the pressure falls. 20 Nm',
      'Seal Replace it once a year or after a leak. 5 Nm',
    ]);
  });

  test('a note in small print beside the text stands after it', async () => {
    const note = column(['Note', 'Keep the key', 'in the box.'], 320, 684).map((line) => ({ ...line, size: 8 }));
    expect(await text([...column(LEFT, 50), ...note])).toBe(`${LEFT.join(' ')}\n\nNote\nKeep the key in the box.`);
  });
});

describe('directions', { timeout: 60_000 }, () => {
  const page = LEFT.map((text, i) => drawn({ text, y: 700 - 12 * i })).join('\n');

  test.each([0, 90, 180, 270])('a page turned by %d degrees', async (rotate) => {
    const { sections } = await readPdf(drawPdf([{ content: page, rotate }]));
    expect(sections.map((section) => section.text)).toEqual([LEFT.join(' ')]);
  });

  test.each([
    ['upwards', '0 1 -1 0 792 0 cm'],
    ['downwards', '0 -1 1 0 -200 792 cm'],
    ['upside down', '-1 0 0 -1 612 792 cm'],
    ['a little obliquely, as on scanned pages', '0.9996 0.0279 -0.0279 0.9996 10 -10 cm'],
  ])('text that runs %s', async (_, matrix) => {
    const { sections } = await readPdf(drawPdf([{ content: `${matrix}\n${page}` }]));
    expect(sections.map((section) => section.text)).toEqual([LEFT.join(' ')]);
  });

  test('a table across a page, with a running head that is upright', async () => {
    const cells = (n: number) =>
      ['P-', 'Hall ', 'Crew '].map((name, k) => drawn({ text: `${name}${n}`, x: 80 + 150 * k, y: 400 - 14 * n }));
    const rows = [1, 2, 3, 4, 5, 6, 7, 8].flatMap(cells).join('\n');
    const { sections } = await readPdf(
      drawPdf([{ content: `q 0 1 -1 0 612 0 cm ${rows} Q ${drawn({ text: 'Page 3', y: 30 })}` }]),
    );
    expect(sections[0]?.text).toContain('P-1 Hall 1 Crew 1\nP-2 Hall 2 Crew 2');
    expect(sections[0]?.text).toContain('Page 3');
  });
});
