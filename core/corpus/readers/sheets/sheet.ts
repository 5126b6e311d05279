import type { SectionBuilder } from '../document-content.ts';
import type { OmittedText } from '../omitted-text.ts';
import { sheetBlocks } from './sheet-blocks.ts';

/** A row of a sheet with the cells that hold something, by the index of their column. */
export interface SheetRow {
  /** From 1. */
  readonly number: number;
  readonly cells: ReadonlyMap<number, string>;
  readonly isHidden?: boolean;
}

/** Cells that are merged; rows from 1, columns from 0, the last ones included. */
export interface Area {
  readonly top: number;
  readonly bottom: number;
  readonly left: number;
  readonly right: number;
}

export interface Sheet {
  readonly rows: readonly SheetRow[];
  readonly merged: readonly Area[];
  /** Numbers of rows that the workbook says are, or end, a head of columns. */
  readonly headRows: ReadonlySet<number>;
  readonly isHiddenColumn: (column: number) => boolean;
}

/** Merged cells that span more rows are a mistake, or an attack. */
const MAX_ROWS_SPANNED = 100_000;

/** Adds the tables and lines of a sheet. Hidden rows and columns are left out. */
export function addSheet({ rows, merged, headRows, isHiddenColumn }: Sheet, to: SectionBuilder, omitted: OmittedText) {
  const shown: SheetRow[] = [];
  for (const row of rows) {
    const hidden = [...row.cells].filter(([column]) => row.isHidden || isHiddenColumn(column));
    if (hidden.length > 0) omitted.add('hidden', hidden.map(([, text]) => text).join(' '));
    shown.push(hidden.length === 0 ? row : { ...row, cells: without(row.cells, hidden) });
  }
  const used = new Set<number>();
  for (const { cells } of shown) for (const column of cells.keys()) used.add(column);
  const columns = [...used].sort((a, b) => a - b);
  const values = new Map(shown.map(({ number, cells }) => [number, columns.map((column) => cells.get(column) ?? '')]));
  for (const area of merged) fill(area, columns, values);
  const heads = new Set<readonly string[]>();
  const table: (readonly string[])[] = [];
  let before: number | undefined;
  for (const { number, isHidden } of shown) {
    // A blank row separates tables, more of them do no more. Hidden rows separate nothing.
    if (before !== undefined && number > before + 1) table.push([]);
    before = number;
    if (isHidden) continue;
    const cells = values.get(number) ?? [];
    const row = cells.slice(0, cells.findLastIndex((text) => text !== '') + 1);
    if (headRows.has(number)) heads.add(row);
    table.push(row);
  }
  for (const block of sheetBlocks(table, heads)) {
    if ('text' in block) to.text(block.text);
    else to.table(block.rows, block.headerRows);
  }
}

function without(cells: ReadonlyMap<number, string>, hidden: readonly (readonly [number, string])[]) {
  const kept = new Map(cells);
  for (const [column] of hidden) kept.delete(column);
  return kept;
}

/** Gives each merged cell its value in the columns that hold something, unless it is all that its rows hold. */
function fill({ top, bottom, left, right }: Area, columns: readonly number[], values: Map<number, string[]>): void {
  const value = values.get(top)?.[columns.indexOf(left)] ?? '';
  if (value === '' || bottom - top > MAX_ROWS_SPANNED) return;
  const rows = Array.from({ length: bottom - top + 1 }, (_, i) => values.get(top + i) ?? []);
  if (rows.every((row) => row.every((text) => text === '' || text === value))) return;
  for (const row of rows)
    for (const [x, column] of columns.entries())
      if (x < row.length && column >= left && column <= right) row[x] ||= value;
}

/** Whether a program has named a sheet that people have not. */
export function isDefaultName(name: string): boolean {
  return /^(?:sheet|tabelle|feuil|hoja|foglio|planilha|工作表|シート|лист)\s*1$/i.test(name);
}
