import { type DocumentContent, SectionBuilder, Unreadable } from '../document-content.ts';
import { OmittedText } from '../omitted-text.ts';
import { attribute, child, childrenNamed, parseXml, textOf, type XmlElement } from '../xml.ts';
import { MissingValues } from './missing-values.ts';
import { EPOCH_1900, shownNumber } from './number-format.ts';
import { type Area, addSheet, isDefaultName, type SheetRow } from './sheet.ts';

/** Formats that have a name; the others are patterns. Those of days and times do not depend on the country. */
const NAMED: Readonly<Record<string, string | undefined>> = {
  'General Number': undefined,
  General: undefined,
  'General Date': 'yyyy-mm-dd',
  'Long Date': 'yyyy-mm-dd',
  'Medium Date': 'yyyy-mm-dd',
  'Short Date': 'yyyy-mm-dd',
  'Long Time': 'h:mm',
  'Medium Time': 'h:mm',
  'Short Time': 'h:mm',
  Currency: '"$"#,##0.00',
  'Euro Currency': '"€"#,##0.00',
  Fixed: '0.00',
  Standard: '#,##0.00',
  Percent: '0.00%',
  Scientific: '0.00E+00',
  'Yes/No': '"Yes";"Yes";"No"',
  'True/False': '"True";"True";"False"',
  'On/Off': '"On";"On";"Off"',
};

/**
 * Reads a workbook as one file of XML ("XML Spreadsheet 2003"), as `readXlsx` reads others.
 * @throws Unreadable if it is none.
 */
export function readSpreadsheetXml(bytes: Uint8Array): DocumentContent {
  const workbook = parseXml(bytes);
  const sheets = childrenNamed(workbook, 'Worksheet');
  if (sheets.length === 0) throw new Unreadable('a damaged Excel workbook');
  const patterns = patternsOf(child(workbook, 'Styles'));
  const sections = new SectionBuilder();
  const omitted = new OmittedText();
  const missing = new MissingValues();
  for (const element of sheets) {
    const table = child(element, 'Table');
    const options = child(element, 'WorksheetOptions');
    const { rows, merged } = rowsOf(table, {
      patterns,
      omitted,
      missing,
      isFiltered: child(element, 'AutoFilter') !== undefined,
    });
    if (/Hidden/.test(textOf(child(options, 'Visible')))) {
      omitted.add('hidden', rows.flatMap((row) => [...row.cells.values()]).join(' '));
      continue;
    }
    const name = attribute(element, 'Name') ?? '';
    if (sheets.length > 1 || !isDefaultName(name)) sections.heading(1, name);
    const frozen = child(options, 'FreezePanes') && Number(textOf(child(options, 'SplitHorizontal')));
    const headRows = new Set([...(frozen ? [frozen] : []), ...filterHead(child(element, 'AutoFilter'))]);
    addSheet({ rows, merged, headRows, isHiddenColumn: hiddenColumns(table) }, sections, omitted);
  }
  return { title: undefined, sections: sections.finish(), omitted: omitted.omissions, doubts: missing.doubts };
}

/** Patterns of numbers by style. A style has those of its parent. */
function patternsOf(styles: XmlElement | undefined): ReadonlyMap<string, string> {
  const patterns = new Map<string, string>();
  for (const style of childrenNamed(styles, 'Style')) {
    const format = attribute(child(style, 'NumberFormat'), 'Format');
    const pattern = format === undefined ? patterns.get(attribute(style, 'Parent') ?? '') : format;
    if (pattern !== undefined) patterns.set(attribute(style, 'ID') ?? '', pattern);
  }
  return patterns;
}

interface RowContext {
  readonly patterns: ReadonlyMap<string, string>;
  readonly omitted: OmittedText;
  readonly missing: MissingValues;
  readonly isFiltered: boolean;
}

function rowsOf(
  table: XmlElement | undefined,
  { patterns, omitted, missing, isFiltered }: RowContext,
): { rows: SheetRow[]; merged: Area[] } {
  const rows: SheetRow[] = [];
  const merged: Area[] = [];
  let number = 0;
  for (const element of childrenNamed(table, 'Row')) {
    number = index(element, 'Index') ?? number + 1;
    const cells = new Map<number, string>();
    let column = -1;
    for (const cell of childrenNamed(element, 'Cell')) {
      column = (index(cell, 'Index') ?? column + 2) - 1;
      const text = shownText(cell, patterns.get(attribute(cell, 'StyleID') ?? attribute(element, 'StyleID') ?? ''));
      if (text !== '') cells.set(column, text);
      const formula = attribute(cell, 'Formula');
      if (formula !== undefined && child(cell, 'Data') === undefined) missing.add(formula);
      omitted.add('comment', textOf(child(cell, 'Comment')));
      const [across, down] = [index(cell, 'MergeAcross') ?? 0, index(cell, 'MergeDown') ?? 0];
      if (across + down > 0) merged.push({ top: number, bottom: number + down, left: column, right: column + across });
      column += across;
    }
    rows.push({ number, cells, isHidden: !isFiltered && attribute(element, 'Hidden') === '1' });
    number += index(element, 'Span') ?? 0;
  }
  return { rows, merged };
}

function index(element: XmlElement, name: string): number | undefined {
  return Number.parseInt(attribute(element, name) ?? '', 10) || undefined;
}

function shownText(cell: XmlElement, format: string | undefined): string {
  const data = child(cell, 'Data');
  const text = textOf(data);
  const pattern = format !== undefined && format in NAMED ? NAMED[format] : format;
  switch (attribute(data, 'Type')) {
    case 'Boolean':
      return text === '1' ? 'TRUE' : 'FALSE';
    case 'Number':
      return Number.isNaN(Number(text)) ? text : shownNumber(Number(text), { pattern, epoch: EPOCH_1900 });
    case 'DateTime': {
      const days = Date.parse(`${text.replace(/Z$/, '')}Z`) / 86_400_000 + EPOCH_1900;
      return Number.isNaN(days) ? text : shownNumber(days, { pattern: pattern ?? 'yyyy-mm-dd', epoch: EPOCH_1900 });
    }
    default:
      return text;
  }
}

function hiddenColumns(table: XmlElement | undefined): (column: number) => boolean {
  const hidden = new Set<number>();
  let column = -1;
  for (const element of childrenNamed(table, 'Column')) {
    column = (index(element, 'Index') ?? column + 2) - 1;
    const last = column + Math.min(index(element, 'Span') ?? 0, 16_384);
    if (attribute(element, 'Hidden') === '1') for (let x = column; x <= last; x += 1) hidden.add(x);
    column = last;
  }
  return (x) => hidden.has(x);
}

/** The row of a filter, from a range such as `R1C1:R9C4`. */
function filterHead(filter: XmlElement | undefined): number[] {
  const row = /^R(\d+)C/.exec(attribute(filter, 'Range') ?? '')?.[1];
  return row === undefined ? [] : [Number(row)];
}
