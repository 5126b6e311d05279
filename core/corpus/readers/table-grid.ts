/** A cell as the document has it. */
export interface Cell {
  readonly text: string;
  /** Columns that it spans; default 1. */
  readonly columns?: number;
  /** Rows that it spans; default 1. */
  readonly rows?: number;
}

const MAX_SPAN = 1000;
/** Characters that the values of spans may add to a table. */
const MAX_ADDED_CHARACTERS = 4_000_000;

/**
 * The rows of a table with a text in every column: a cell that spans several columns or rows has its value in each of
 * them, unless it spans the whole width. Columns and rows that are empty throughout are left out.
 */
export function gridOf(rows: readonly (readonly Cell[])[]): string[][] {
  const placed = withoutSameColumns(place(rows)).map(once);
  const used = new Set(placed.flatMap((row) => [...row.keys()].filter((column) => row[column]?.text.trim())));
  return placed
    .map((row) => Array.from(row, (cell) => cell?.text.trim() ?? '').filter((_, column) => used.has(column)))
    .filter((row) => row.some((text) => text !== ''));
}

type PlacedRow = (Cell | undefined)[];

/** Places the cells in columns. */
function place(rows: readonly (readonly Cell[])[]): PlacedRow[] {
  const grid: PlacedRow[] = rows.map(() => []);
  let added = 0;
  for (const [y, cells] of rows.entries()) {
    let column = 0;
    for (const cell of cells) {
      const row = grid[y] as PlacedRow;
      while (row[column] !== undefined) column += 1;
      const columns = clamp(cell.columns ?? 1, MAX_SPAN);
      const last = Math.min(rows.length, y + clamp(cell.rows ?? 1, rows.length));
      added += (columns * (last - y) - 1) * (1 + cell.text.length);
      const spans = added <= MAX_ADDED_CHARACTERS;
      for (let below = y; below < (spans ? last : y + 1); below += 1)
        for (let x = column; x < column + (spans ? columns : 1); x += 1) (grid[below] as PlacedRow)[x] ??= cell;
    }
  }
  return grid;
}

/** Without the columns in which no row begins a cell: authors write large spans for "to the end of the row". */
function withoutSameColumns(grid: readonly PlacedRow[]): PlacedRow[] {
  const width = grid.reduce((most, row) => Math.max(most, row.length), 0);
  const begins = new Set<number>([0]);
  for (const row of grid)
    for (let x = 1; x < row.length; x += 1) if (row[x] !== row[x - 1] || row[x] === undefined) begins.add(x);
  const columns = [...begins].filter((x) => x < width).sort((a, b) => a - b);
  return grid.map((row) => columns.filter((x) => x < row.length).map((x) => row[x]));
}

/** A row that is one cell has its text once: it is a heading between the rows. */
function once(row: PlacedRow): PlacedRow {
  const [first] = row;
  return row.length > 1 && first !== undefined && row.every((cell) => cell === first) ? [first] : row;
}

function clamp(span: number, max: number): number {
  return Number.isInteger(span) && span > 1 ? Math.min(span, Math.max(1, max)) : 1;
}

/**
 * How many of the first rows name the columns where the document does not say it: one, if there is no digit in it, all
 * its cells are filled, and numbers are in half of the columns below.
 */
export function guessHeaderRows(rows: readonly (readonly string[])[]): number {
  const [first = [], ...others] = rows;
  if (others.length < 2 || first.length < 2 || first.some((text) => text === '' || /\d/.test(text))) return 0;
  const numeric = first.filter((_, x) => {
    const filled = others.map((row) => row[x] ?? '').filter((text) => text !== '');
    return filled.length > 0 && filled.every((text) => /\d/.test(text));
  });
  return numeric.length * 2 >= first.length ? 1 : 0;
}
