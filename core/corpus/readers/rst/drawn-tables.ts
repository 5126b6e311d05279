import stringWidth from 'string-width';
import { dedented, isBlank } from './lines.ts';
import { type Cell, cellOf } from './table-html.ts';

export interface DrawnTable {
  readonly rows: readonly (readonly Cell[])[];
  readonly headerRows: number;
  /** Index of the line after it. */
  readonly end: number;
}

const BORDER = /^\s*=+(?:\s+=+)+\s*$/;
const SPANS = /^\s*-+(?:\s+-+)*\s*$/;
/** Stands in the second column of a wide character. */
const FILLER = '\u{f8ff}';

/** The table that is drawn from a line on; undefined if none is. */
export function drawnTable(lines: readonly string[], i: number): DrawnTable | undefined {
  const first = lines[i] ?? '';
  if (BORDER.test(first)) return simpleTable(lines, i);
  return /^\s*\+(?:[-=]+\+)+\s*$/.test(first) ? gridTable(lines, i) : undefined;
}

/** A line with a place for each column of the screen that its characters take: those of Chinese take two. */
function widened(line: string): string {
  return /^[\x20-\x7e]*$/.test(line)
    ? line
    : Array.from(line, (character) => (stringWidth(character) > 1 ? character + FILLER : character)).join('');
}

function narrowed(text: string): string {
  return text.replaceAll(FILLER, '');
}

function simpleTable(lines: readonly string[], i: number): DrawnTable | undefined {
  let end = i + 1;
  const borders: number[] = [];
  for (; end < lines.length; end += 1) {
    if (!BORDER.test(lines[end] as string)) continue;
    borders.push(end);
    if (borders.length === 2 || isBlank(lines[end + 1])) break;
  }
  if (end >= lines.length) return undefined;
  const columns = spansOf(widened(lines[i] as string), '=');
  const header = borders.length === 2 ? borders[0] : undefined;
  const rows: Cell[][] = [];
  let headerRows = 0;
  let open: string[] = [];
  const close = (spans: readonly (readonly [number, number])[]) => {
    if (open.length > 0) rows.push(rowOf(open, columns, spans));
    open = [];
  };
  for (let at = i + 1; at <= end; at += 1) {
    const line = widened((lines[at] as string).trimEnd());
    if (at === header || at === end) {
      close(columns);
      if (at === header) headerRows = rows.length;
    } else if (SPANS.test(line)) close(spansOf(line, '-'));
    else if (line !== '') {
      // A row whose first cell is empty goes on with the row before.
      const first = line.slice(columns[0]?.[0] ?? 0, columns[1]?.[0]);
      if (first.trim() !== '' && open.length > 0) close(columns);
      open.push(line);
    }
  }
  return { rows, headerRows, end: end + 1 };
}

/** Where the parts of a border begin and end. */
function spansOf(line: string, sign: string): [number, number][] {
  return [...line.matchAll(new RegExp(`\\${sign}+`, 'g'))].map((match) => [match.index, match.index + match[0].length]);
}

function rowOf(
  lines: readonly string[],
  columns: readonly (readonly [number, number])[],
  spans: readonly (readonly [number, number])[],
): Cell[] {
  return spans.map(([from, to], x) => {
    const next = spans[x + 1]?.[0];
    const columnsSpanned = columns.filter(([start]) => start >= from && start < to).length;
    // Text may go beyond the end of the last column.
    const texts = lines.map((line) => narrowed(line.slice(from, next)));
    return { ...cellOf(texts.map((text) => (text.trim() === '\\' ? '' : text))), columns: Math.max(1, columnsSpanned) };
  });
}

function gridTable(lines: readonly string[], i: number): DrawnTable {
  let end = i;
  while (end < lines.length && /^\s*[+|]/.test(lines[end] as string)) end += 1;
  // The next table may follow without a blank line.
  const own = dedented(lines.slice(i, end)).map((line) => line.trimEnd());
  for (const drawn of [own.map(widened), own]) {
    const width = drawn[0]?.length;
    if (drawn.every((line) => line.length === width && /[+|]$/.test(line))) return { ...cellsOf(drawn), end };
  }
  return { ...unaligned(own), end };
}

/** The cells of a grid, between the lines and columns in which there are borders. */
function cellsOf(lines: readonly string[]): Omit<DrawnTable, 'end'> {
  const ys: number[] = [];
  const xs = new Set<number>();
  let header: number | undefined;
  for (const [y, line] of lines.entries()) {
    const borders = [...line.matchAll(/\+(?=(?:[-=]+\+)+)(?:[-=]+\+)+/g)];
    if (borders.length === 0) continue;
    ys.push(y);
    if (/^\+=[=+]*\+$/.test(line)) header = ys.length - 1;
    for (const border of borders)
      for (let x = border.index; x < border.index + border[0].length; x += 1) if (line[x] === '+') xs.add(x);
  }
  const columns = [...xs].sort((a, b) => a - b);
  const [height, width] = [ys.length - 1, columns.length - 1];
  const taken = Array.from({ length: Math.max(0, height) }, () => new Array<boolean>(width).fill(false));
  const rows: Cell[][] = taken.map(() => []);
  for (let r = 0; r < height; r += 1) {
    for (let c = 0; c < width; c += 1) {
      if (taken[r]?.[c]) continue;
      const [top, left] = [ys[r] as number, columns[c] as number];
      let [right, bottom] = [c + 1, r + 1];
      while (right < width && !taken[r]?.[right] && !isWall(lines, columns[right] as number, top, ys[r + 1] as number))
        right += 1;
      while (bottom < height && !isFloor(lines[ys[bottom] as number] ?? '', left, columns[right] as number))
        bottom += 1;
      for (let y = r; y < bottom; y += 1) taken[y]?.fill(true, c, right);
      const texts = lines.slice(top + 1, ys[bottom]).map((line) => narrowed(line.slice(left + 1, columns[right])));
      rows[r]?.push({ ...cellOf(dedented(texts)), columns: right - c, rows: bottom - r });
    }
  }
  return { rows, headerRows: header ?? 0 };
}

/** Whether cells end at a column, in the lines between two borders. */
function isWall(lines: readonly string[], column: number, top: number, bottom: number): boolean {
  for (let y = top + 1; y < bottom; y += 1) if (!/[|+]/.test(lines[y]?.[column] ?? '')) return false;
  return true;
}

function isFloor(line: string, left: number, right: number): boolean {
  return /^(?:[-+]+|[=+]+)$/.test(line.slice(left + 1, right));
}

/** A grid whose borders are not below each other, as people leave it after a change. */
function unaligned(lines: readonly string[]): Omit<DrawnTable, 'end'> {
  const rows: string[][][] = [];
  let headerRows = 0;
  let open: string[][] | undefined;
  for (const line of lines) {
    if (/^\+[-=+]*\+?$/.test(line)) {
      if (open) rows.push(open);
      open = undefined;
      if (line.includes('=')) headerRows = rows.length;
      continue;
    }
    const cells = line.replace(/^[|+]|\|$/g, '').split(/\|(?=\s|$)/);
    open ??= [];
    for (const [x, cell] of cells.entries()) {
      open[x] ??= [];
      (open[x] as string[]).push(cell);
    }
  }
  if (open) rows.push(open);
  return { rows: rows.map((row) => Array.from(row, (cell) => cellOf(cell ?? []))), headerRows };
}
