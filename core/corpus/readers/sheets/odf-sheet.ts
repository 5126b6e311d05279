import { attribute, child, childrenNamed, elementsOf, localName, type XmlElement } from '../xml.ts';
import type { MissingValues } from './missing-values.ts';
import type { Area, Sheet, SheetRow } from './sheet.ts';

/** Repetitions that a spreadsheet declares up to its last row and column are not text. */
const MAX_REPEATED = 100;

interface OdfSheetContext {
  /** The text that a cell shows. */
  readonly textOf: (cell: XmlElement) => string;
  readonly missing: MissingValues;
}

/** Reads a table of an OpenDocument spreadsheet. Rows that a filter hides, and groups that are closed, are kept. */
export function odfSheet(table: XmlElement, context: OdfSheetContext): Sheet {
  const rows: SheetRow[] = [];
  const merged: Area[] = [];
  const headRows = new Set<number>();
  let number = 1;
  for (const { element, isHead, isHidden } of partsOf(table, 'table-row', /^table-(?:header-rows|rows|row-group)$/)) {
    const cells = cellsOf(element, number, merged, context);
    const repeated = count(element, 'number-rows-repeated');
    if (isHead) headRows.add(number);
    const shown = cells.size === 0 ? 0 : Math.min(repeated, MAX_REPEATED);
    for (let i = 0; i < shown; i += 1) rows.push({ number: number + i, cells, isHidden });
    // Empty rows that are hidden must not separate what is above from what is below.
    if (shown === 0 && isHidden) rows.push({ number: number + repeated - 1, cells, isHidden });
    number += repeated;
  }
  return { rows, merged, headRows, isHiddenColumn: hiddenColumns(table) };
}

function cellsOf(
  row: XmlElement,
  number: number,
  merged: Area[],
  { textOf, missing }: OdfSheetContext,
): Map<number, string> {
  const cells = new Map<number, string>();
  let column = 0;
  for (const cell of elementsOf(row)) {
    if (!/^(?:covered-)?table-cell$/.test(localName(cell))) continue;
    const text = textOf(cell) || storedValue(cell);
    const repeated = count(cell, 'number-columns-repeated');
    if (text !== '') for (let i = 0; i < Math.min(repeated, MAX_REPEATED); i += 1) cells.set(column + i, text);
    const formula = attribute(cell, 'formula');
    if (formula !== undefined && text === '' && attribute(cell, 'value-type') !== 'string')
      missing.add(formula.replace(/^\w+:/, ''));
    const [columns, rows] = [count(cell, 'number-columns-spanned'), count(cell, 'number-rows-spanned')];
    if (columns > 1 || rows > 1)
      merged.push({ top: number, bottom: number + rows - 1, left: column, right: column + columns - 1 });
    column += repeated;
  }
  return cells;
}

/** The value of a cell whose text the program has not stored. */
function storedValue(cell: XmlElement): string {
  if (child(cell, 'p') !== undefined) return '';
  const value = ['string-value', 'date-value', 'time-value', 'boolean-value', 'value']
    .map((name) => attribute(cell, name))
    .find((stored) => stored !== undefined);
  return value ?? '';
}

interface Part {
  readonly element: XmlElement;
  readonly isHead: boolean;
  readonly isHidden: boolean;
}

/** Rows or columns, which groups and others may be around. */
function partsOf(parent: XmlElement, wanted: string, around: RegExp, isHead = false, inGroup = false): Part[] {
  return elementsOf(parent).flatMap((element) => {
    const name = localName(element);
    if (name === wanted)
      return [{ element, isHead, isHidden: !inGroup && attribute(element, 'visibility') === 'collapse' }];
    if (!around.test(name)) return [];
    return partsOf(element, wanted, around, isHead || name.includes('header'), inGroup || name.includes('group'));
  });
}

function hiddenColumns(table: XmlElement): (column: number) => boolean {
  let column = 0;
  const hidden: [number, number][] = [];
  for (const { element, isHidden } of partsOf(
    table,
    'table-column',
    /^table-(?:header-columns|columns|column-group)$/,
  )) {
    const repeated = count(element, 'number-columns-repeated');
    if (isHidden) hidden.push([column, column + repeated]);
    column += repeated;
  }
  return (x) => hidden.some(([from, to]) => x >= from && x < to);
}

function count(element: XmlElement, name: string): number {
  return Number.parseInt(attribute(element, name) ?? '1', 10) || 1;
}

/** The names of the styles of tables that hide a sheet. */
export function hidingStyles(content: XmlElement | undefined): ReadonlySet<string> {
  const styles = childrenNamed(child(content, 'automatic-styles'), 'style').filter(
    (style) => attribute(child(style, 'table-properties'), 'display') === 'false',
  );
  return new Set(styles.map((style) => attribute(style, 'name') ?? ''));
}
