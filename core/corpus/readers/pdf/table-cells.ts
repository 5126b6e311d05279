import type { Row, Segment } from './rows.ts';

/** Lines of a cell, at most. */
const MAX_LINES = 12;

interface Placed {
  readonly segment: Segment;
  readonly row: number;
}

/**
 * Puts the lines of a cell together where a table is drawn cell by cell: each row of such a table becomes one row, with
 * its cells one after the other. Tables that are drawn line by line remain as they are.
 */
export function withWholeCells(rows: readonly Row[]): Row[] {
  return withLastLines(bandsOf(rows)).flatMap(({ first, last, segments }) => {
    const band = rows.slice(first, last);
    const [top] = band;
    return top && isRowOfCells(segments) ? [{ ...top, segments: segments.map(({ segment }) => segment) }] : band;
  });
}

interface Band {
  readonly first: number;
  /** Exclusive. */
  readonly last: number;
  /** In the order in which they are drawn. */
  readonly segments: readonly Placed[];
}

/** The shortest ranges of rows each of which is drawn completely before or after all others. */
function bandsOf(rows: readonly Row[]): Band[] {
  const drawn = rows
    .flatMap(({ segments }, row) => segments.map((segment): Placed => ({ segment, row })))
    .sort((a, b) => a.segment.order - b.segment.order);
  // The first row that is drawn after each position.
  const later = new Array<number>(drawn.length + 1).fill(rows.length);
  for (let i = drawn.length - 1; i >= 0; i -= 1) later[i] = Math.min(later[i + 1] ?? 0, drawn[i]?.row ?? 0);
  const bands: Band[] = [];
  let start = 0;
  let first = 0;
  let reached = -1;
  for (const [i, { row }] of drawn.entries()) {
    reached = Math.max(reached, row);
    if ((later[i + 1] ?? 0) <= reached) continue;
    bands.push({ first, last: reached + 1, segments: drawn.slice(start, i + 1) });
    start = i + 1;
    first = reached + 1;
  }
  return bands;
}

/** Adds the last lines of the last cell of a row, which are drawn and stand after all other cells, to their band. */
function withLastLines(bands: readonly Band[]): Band[] {
  const joined: Band[] = [];
  for (const band of bands) {
    const open = joined.at(-1);
    const [line, more] = band.segments;
    const last = open?.segments.at(-1);
    const isLine = line !== undefined && more === undefined && last !== undefined && line.row === last.row + 1;
    const isInLaterCell =
      isLine && overlap(last.segment, line.segment) && line.segment.start > (open?.segments[0]?.segment.end ?? 0);
    if (open && isInLaterCell)
      joined[joined.length - 1] = { ...open, last: band.last, segments: [...open.segments, line] };
    else joined.push(band);
  }
  return joined;
}

/** Whether segments are several cells, one after the other, of which some have lines that continue a sentence. */
function isRowOfCells(segments: readonly Placed[]): boolean {
  const [first] = segments;
  if (!first || Math.max(...segments.map(({ row }) => row)) - Math.min(...segments.map(({ row }) => row)) >= MAX_LINES)
    return false;
  let cells = 1;
  let continued = 0;
  for (const [i, { segment, row }] of segments.entries()) {
    const last = segments[i - 1];
    if (!last) continue;
    if (row === last.row + 1 && overlap(last.segment, segment)) {
      if (/^[\p{Ll}\p{Script=Han}]/u.test(segment.glyphs[0]?.text ?? '')) continued += 1;
    } else if (row <= last.row && segment.start >= last.segment.start) cells += 1;
    else return false;
  }
  return cells > 1 && continued > 0;
}

function overlap(a: Segment, b: Segment): boolean {
  return Math.min(a.end, b.end) > Math.max(a.start, b.start);
}
