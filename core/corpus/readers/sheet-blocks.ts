/** A table on a sheet, or a line of text between tables. */
export type SheetBlock =
  | { readonly text: string }
  | { readonly rows: readonly (readonly string[])[]; readonly headerRows: number };

/**
 * The tables and lines of text on a sheet: empty rows separate tables, and a row of one filled cell before a table is a
 * line of text. The first row of a table names its columns, if nothing in it is a number.
 */
export function sheetBlocks(rows: readonly (readonly string[])[]): SheetBlock[] {
  const blocks: SheetBlock[] = [];
  let open: (readonly string[])[] = [];
  const close = () => {
    if (open.length > 0) blocks.push({ rows: open, headerRows: headerRowsOf(open) });
    open = [];
  };
  for (const row of rows) {
    const filled = row.filter((cell) => cell.trim() !== '');
    if (filled.length === 0) close();
    else if (filled.length === 1 && open.length === 0 && rows.some((other) => other.length > 1))
      blocks.push({ text: filled[0] as string });
    else open.push(row);
  }
  close();
  return blocks.map((block) =>
    'rows' in block && block.rows.every((row) => row.length <= 1) ? { text: block.rows.flat().join('\n') } : block,
  );
}

function headerRowsOf([first = [], ...others]: readonly (readonly string[])[]): number {
  const filled = first.filter((cell) => cell !== '');
  const names = filled.length > 1 && !filled.some((cell) => /^[-+]?[\d.,\s%€$¥£:/-]+$/.test(cell));
  return names && others.length > 0 && new Set(filled).size === filled.length ? 1 : 0;
}
