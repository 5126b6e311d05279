import { type DocumentContent, SectionBuilder, Unreadable } from './document-content.ts';
import { OmittedText } from './omitted-text.ts';
import type { ZipArchive } from './open-zip.ts';
import { readPart, relationshipsOf } from './package-parts.ts';
import { sheetBlocks } from './sheet-blocks.ts';
import { attribute, child, childrenNamed, descendantsNamed, textOf, type XmlElement } from './xml.ts';

const MAX_COLUMNS = 1024;
/** Built-in number formats that show a date, a time, a percentage (ECMA-376, part 1, 18.8.30). */
const DATES = new Set([14, 15, 16, 17, 22, 27, 28, 29, 30, 31, 34, 35, 36, 50, 51, 52, 53, 54, 57, 58]);
const TIMES = new Set([18, 19, 20, 21, 32, 33, 45, 46, 47, 55, 56]);
const PERCENTAGES = new Set([9, 10]);

type Shown = 'date' | 'time' | 'percentage' | 'number';

/**
 * Reads an Excel workbook (ECMA-376): a section for each sheet, with the values that its cells show. Merged cells have
 * their value in each column and row. Hidden sheets are left out and reported.
 */
export function readXlsx(zip: ZipArchive): DocumentContent {
  const main = relationshipsOf(zip, '').find(({ type }) => type === 'officeDocument')?.target ?? 'xl/workbook.xml';
  const workbook = readPart(zip, main);
  if (workbook === undefined) throw new Unreadable('a damaged Excel workbook');
  const relationships = relationshipsOf(zip, main);
  const part = (type: string) => readPart(zip, relationships.find((other) => other.type === type)?.target);
  const cells = new CellText(part('sharedStrings'), part('styles'), child(workbook, 'workbookPr'));
  const sections = new SectionBuilder();
  const omitted = new OmittedText();
  const sheets = childrenNamed(child(workbook, 'sheets'), 'sheet');
  for (const sheet of sheets) {
    const target = relationships.find(({ id }) => id === attribute(sheet, 'id'))?.target;
    const rows = rowsOf(readPart(zip, target), cells);
    if ((attribute(sheet, 'state') ?? 'visible') !== 'visible') {
      omitted.add('hidden', rows.flat().join(' '));
      continue;
    }
    if (sheets.length > 1 || !isDefaultName(attribute(sheet, 'name')))
      sections.heading(1, attribute(sheet, 'name') ?? '');
    for (const block of sheetBlocks(rows)) {
      if ('text' in block) sections.text(block.text);
      else sections.table(block.rows, block.headerRows);
    }
  }
  return { title: undefined, sections: sections.finish(), omitted: omitted.omissions };
}

function isDefaultName(name = ''): boolean {
  return /^(?:sheet|tabelle|feuil|hoja|foglio|工作表|シート|лист)\s*1$/i.test(name);
}

function rowsOf(sheet: XmlElement | undefined, cells: CellText): string[][] {
  const rows: string[][] = [];
  for (const element of childrenNamed(child(sheet, 'sheetData'), 'row')) {
    const number = Number.parseInt(attribute(element, 'r') ?? '', 10);
    // A blank row separates tables, more of them do no more.
    if (number > rows.length + 1 && rows.length > 0) rows.push([]);
    const row: string[] = [];
    for (const cell of childrenNamed(element, 'c')) {
      const column = columnOf(attribute(cell, 'r')) ?? row.length;
      if (column >= MAX_COLUMNS) break;
      while (row.length < column) row.push('');
      row[column] = cells.textOf(cell);
    }
    rowNumbers.set(row, number);
    rows.push(row);
  }
  merge(rows, childrenNamed(child(sheet, 'mergeCells'), 'mergeCell'));
  return withoutEmptyColumns(rows);
}

/** Numbers of the rows in the sheet. */
const rowNumbers = new WeakMap<string[], number>();

/** Gives each merged cell its value, unless it spans a whole row as a title does. */
function merge(rows: readonly string[][], merged: readonly XmlElement[]): void {
  const byNumber = new Map(rows.map((row) => [rowNumbers.get(row), row]));
  for (const element of merged) {
    const [from, to] = (attribute(element, 'ref') ?? '').split(':');
    const [top, bottom] = [from, to].map((cell) => Number.parseInt(/\d+$/.exec(cell ?? '')?.[0] ?? '', 10));
    const [left, right] = [columnOf(from), columnOf(to)];
    if (!top || !bottom || left === undefined || right === undefined || bottom - top > 100_000) continue;
    const value = byNumber.get(top)?.[left] ?? '';
    const title = byNumber.get(top)?.filter((cell) => cell !== '').length === 1 && top === bottom;
    if (value === '' || title) continue;
    for (let number = top; number <= bottom; number += 1) {
      const row = byNumber.get(number);
      for (let x = left; row && x <= Math.min(right, MAX_COLUMNS - 1); x += 1) {
        while (row.length < x) row.push('');
        row[x] ||= value;
      }
    }
  }
}

function withoutEmptyColumns(rows: readonly string[][]): string[][] {
  const used = new Set(rows.flatMap((row) => [...row.keys()].filter((x) => row[x] !== '')));
  return rows.map((row) => row.filter((_, x) => used.has(x)));
}

/** The index of the column of a cell such as `AB12`, from 0. */
function columnOf(reference: string | undefined): number | undefined {
  const letters = /^[A-Z]{1,3}(?=\d)/.exec(reference ?? '')?.[0];
  return letters === undefined
    ? undefined
    : [...letters].reduce((sum, letter) => sum * 26 + letter.charCodeAt(0) - 64, 0) - 1;
}

/** What the cells of a workbook show. */
class CellText {
  readonly #strings: readonly string[];
  readonly #shown: readonly Shown[];
  /** Days between 1970 and the day before the first of the workbook's calendar. */
  readonly #epoch: number;

  constructor(strings: XmlElement | undefined, styles: XmlElement | undefined, properties: XmlElement | undefined) {
    this.#strings = childrenNamed(strings, 'si').map(stringOf);
    const formats = new Map(
      descendantsNamed(child(styles, 'numFmts'), 'numFmt').map((format) => [
        attribute(format, 'numFmtId'),
        attribute(format, 'formatCode') ?? '',
      ]),
    );
    this.#shown = childrenNamed(child(styles, 'cellXfs'), 'xf').map((style) => {
      const id = attribute(style, 'numFmtId') ?? '0';
      return shownBy(Number(id), formats.get(id));
    });
    this.#epoch = attribute(properties, 'date1904') === '1' ? 24_107 : 25_569;
  }

  textOf(cell: XmlElement): string {
    const value = textOf(child(cell, 'v'));
    switch (attribute(cell, 't')) {
      case 's':
        return this.#strings[Number(value)] ?? '';
      case 'inlineStr':
        return stringOf(child(cell, 'is'));
      case 'b':
        return value === '1' ? 'TRUE' : 'FALSE';
      case 'str':
      case 'e':
      case 'd':
        return value;
      default:
        return this.#number(value, this.#shown[Number(attribute(cell, 's') ?? '0')] ?? 'number');
    }
  }

  #number(value: string, shown: Shown): string {
    const number = Number(value);
    if (value === '' || Number.isNaN(number)) return value;
    if (shown === 'percentage') return `${rounded(number * 100)} %`;
    if (shown === 'number') return rounded(number);
    const time = new Date(Math.round((number - this.#epoch) * 86_400) * 1000);
    if (Number.isNaN(time.getTime())) return value;
    const [day = '', clock = ''] = time.toISOString().slice(0, 19).split('T');
    const minutes = clock.replace(/:00$/, '');
    if (shown === 'time' || number < 1) return minutes;
    return Number.isInteger(number) ? day : `${day} ${minutes}`;
  }
}

/** Without the last digits of binary fractions. */
function rounded(number: number): string {
  return String(Number(number.toPrecision(15)));
}

/** A string, without the readings above its characters. */
function stringOf(element: XmlElement | undefined): string {
  if (element === undefined) return '';
  const runs = childrenNamed(element, 'r').map((run) => textOf(child(run, 't')));
  return runs.length > 0 ? runs.join('') : childrenNamed(element, 't').map(textOf).join('');
}

function shownBy(id: number, code = ''): Shown {
  const letters = code.replace(/"[^"]*"|\\.|\[(?!h|m|s)[^\]]*\]/gi, '').split(';')[0] ?? '';
  if (DATES.has(id) || /[yd年]|m{3,}/i.test(letters)) return 'date';
  if (TIMES.has(id) || /h|s\b|\[m/i.test(letters)) return 'time';
  return PERCENTAGES.has(id) || letters.includes('%') ? 'percentage' : 'number';
}
