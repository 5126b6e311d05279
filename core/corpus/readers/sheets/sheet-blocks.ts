/** A table on a sheet, or a line of text between tables. */
export type SheetBlock =
  | { readonly text: string }
  | { readonly rows: readonly (readonly string[])[]; readonly headerRows: number };

type Row = readonly string[];

/** More rows than that are not the names of columns. */
const MAX_HEADER_ROWS = 6;
const NUMBER = /^[-+(]?[\d.,\s%€$¥£:/-]+\)?$/;

/**
 * The tables and lines of text on a sheet: empty rows separate tables, and a row of one filled cell before a table is a
 * line of text. The first row of a table names its columns, if nothing in it is a number; the second too, if cells of
 * the first span several columns of it.
 * @param heads rows that the document says name columns.
 */
export function sheetBlocks(rows: readonly Row[], heads: ReadonlySet<Row> = new Set()): SheetBlock[] {
  const blocks: SheetBlock[] = [];
  const hasColumns = rows.some((row) => row.length > 1);
  let open: Row[] = [];
  const close = () => {
    if (open.length > 0) blocks.push({ rows: open, headerRows: headerRowsOf(open, heads) });
    open = [];
  };
  for (const row of rows) {
    const filled = row.filter((cell) => cell.trim() !== '');
    if (filled.length === 0) close();
    else if (filled.length === 1 && open.length === 0 && hasColumns) blocks.push({ text: filled[0] as string });
    else open.push(row);
  }
  close();
  return blocks.map((block) =>
    'rows' in block && block.rows.every((row) => row.length <= 1) ? { text: block.rows.flat().join('\n') } : block,
  );
}

function headerRowsOf(rows: readonly Row[], heads: ReadonlySet<Row>): number {
  const named = rows.slice(0, MAX_HEADER_ROWS).findLastIndex((row) => heads.has(row)) + 1;
  if (named > 0 && named < rows.length) return named;
  const [first = [], second = [], third] = rows;
  if (rows.length < 2 || !(areNames(first) || areYears(first))) return 0;
  const spans = first.some((cell, x) => x > 0 && cell !== '' && cell === first[x - 1]);
  if (!spans) return new Set(first).size === first.length || !repeats(first) ? 1 : 0;
  return third !== undefined && areNames(second) && second.length >= first.length ? 2 : 0;
}

function filledOf(row: Row): string[] {
  return row.filter((cell) => cell !== '');
}

function repeats(row: Row): boolean {
  const filled = filledOf(row);
  return new Set(filled).size < filled.length;
}

function areNames(row: Row): boolean {
  const filled = filledOf(row);
  return filled.length > 1 && !filled.some((cell) => NUMBER.test(cell));
}

/** Years, or other numbers like them, each the next one, after the name of the rows; each may span several columns. */
function areYears([name = '', ...others]: Row): boolean {
  const years = others.filter((cell, x) => cell !== others[x - 1]).map(Number);
  return (
    !NUMBER.test(name) &&
    years.length > 1 &&
    years.every(
      (year, i) => year >= 1900 && year < 2100 && (i === 0 || Math.abs(year - (years[i - 1] as number)) === 1),
    )
  );
}
