import type { PlacedGlyph } from './frames.ts';
import type { Row, Segment } from './rows.ts';
import { withWholeCells } from './table-cells.ts';

/** Rows that are read one after the other: a column, or what spans the columns. */
export interface Block {
  readonly rows: readonly Row[];
  /** Whether it is beside another block. */
  readonly isColumn: boolean;
}

/** Narrowest space between columns, relative to the font height. */
const MIN_GUTTER = 0.8;
/** Rows with text on both sides of a gutter, at least. */
const MIN_ROWS = 4;
/** Columns beside each other, at most. */
const MAX_DEPTH = 8;
/** A page with more rows is read row by row: looking for columns would take too long. */
const MAX_ROWS = 1000;

/** A vertical strip without text between two columns, and the rows that it passes. */
interface Gutter {
  readonly left: number;
  readonly right: number;
  readonly first: number;
  /** Exclusive. */
  readonly last: number;
}

/**
 * Puts the rows of a page into the order in which they are read: columns of running text one after the other, whatever
 * the order in which they are drawn; tables row by row.
 */
export function readingBlocks(rows: readonly Row[], base: 'left-to-right' | 'right-to-left', depth = 0): Block[] {
  const gutter = depth < MAX_DEPTH && rows.length <= MAX_ROWS ? findGutter(rows) : undefined;
  if (gutter === undefined) {
    const joined = base === 'left-to-right' ? withWholeCells(rows) : rows;
    return joined.length > 0 ? [{ rows: joined, isColumn: depth > 0 }] : [];
  }
  const middle = (gutter.left + gutter.right) / 2;
  const band = rows.slice(gutter.first, gutter.last);
  const left = sideOf(band, (segment) => segment.end <= middle);
  const right = sideOf(band, (segment) => segment.end > middle);
  const columns = base === 'left-to-right' ? [left, right] : [right, left];
  return [
    ...readingBlocks(rows.slice(0, gutter.first), base, depth),
    ...columns
      .flatMap((column) => readingBlocks(column, base, depth + 1))
      .map((block) => ({ ...block, isColumn: true })),
    ...readingBlocks(rows.slice(gutter.last), base, depth),
  ];
}

function sideOf(rows: readonly Row[], isOn: (segment: Segment) => boolean): Row[] {
  return rows.flatMap((row) => {
    const segments = row.segments.filter(isOn);
    const [first] = segments;
    return first ? [{ v: row.v, size: Math.max(...segments.map(({ size }) => size)), segments }] : [];
  });
}

/** The gutter with the most rows on both sides that separates columns; undefined if there is none. */
function findGutter(rows: readonly Row[]): Gutter | undefined {
  let best: { gutter: Gutter; count: number } | undefined;
  const tried = new Set<string>();
  for (const [i, row] of rows.entries()) {
    for (const { left, right } of gapsAt(rows, i)) {
      if (right - left < MIN_GUTTER * row.size) continue;
      const gutter = extend(rows, i, left, right);
      const key = `${gutter.first} ${gutter.last} ${Math.round(gutter.left)}`;
      if (tried.has(key)) continue;
      tried.add(key);
      const sides = sidesOf(rows, gutter);
      const count = Math.min(sides.left.length, sides.right.length);
      if (count <= (best?.count ?? 0)) continue;
      if ((count >= MIN_ROWS && separatesColumns(sides)) || (count > 1 && isSidebar(sides))) best = { gutter, count };
    }
  }
  return best?.gutter;
}

/** The gaps between the segments of a row and, as columns may have baselines of their own, of the next row. */
function gapsAt(rows: readonly Row[], index: number): { left: number; right: number }[] {
  const [row, next] = [rows[index] as Row, rows[index + 1]];
  const isNear = next !== undefined && next.v - row.v < 1.2 * row.size;
  const segments = [...row.segments, ...(isNear ? next.segments : [])].sort((a, b) => a.start - b.start);
  return segments.flatMap(({ start }, i) => {
    const left = segments[i - 1]?.end;
    return left !== undefined && left < start ? [{ left, right: start }] : [];
  });
}

/** Follows the gap of a row up and down as long as it stays wide enough. */
function extend(rows: readonly Row[], row: number, left: number, right: number): Gutter {
  let gap = { left, right };
  const narrowed = (index: number) => {
    const { segments, size } = rows[index] as Row;
    let { left, right } = gap;
    for (const { start, end } of segments) {
      if (end <= left || start >= right) continue;
      // What reaches into the gap from one side narrows it.
      if (start < left && end < right) left = end;
      else if (end > right && start > left) right = start;
      else return undefined;
    }
    return right - left >= MIN_GUTTER * size ? { left, right } : undefined;
  };
  let first = row;
  let last = row + 1;
  for (; last < rows.length; last += 1) {
    const next = narrowed(last);
    if (!next) break;
    gap = next;
  }
  for (; first > 0; first -= 1) {
    const next = narrowed(first - 1);
    if (!next) break;
    gap = next;
  }
  return trimmed(rows, { ...gap, first, last });
}

/** Rows before and after the columns that are too short to reach the gutter, such as headings, are no part of them. */
function trimmed(rows: readonly Row[], gutter: Gutter): Gutter {
  let { first, last } = gutter;
  const isOneSided = (index: number) => !hasBoth(rows[index], gutter);
  const gapAfter = (index: number) => (rows[index + 1]?.v ?? 0) - (rows[index]?.v ?? 0);
  const isApart = (index: number) => gapAfter(index) > 1.6 * (rows[index]?.size ?? 0);
  const body = medianSize(rows.slice(first, last));
  const isLarger = (index: number) => (rows[index]?.size ?? 0) > body * 1.08;
  while (last - first > 1 && isOneSided(first) && (isLarger(first) || isApart(first))) first += 1;
  while (last - first > 1 && isOneSided(last - 1) && (isLarger(last - 1) || (last < rows.length && isApart(last - 2))))
    last -= 1;
  return { ...gutter, first, last };
}

function medianSize(rows: readonly Row[]): number {
  const sizes = rows.map(({ size }) => size).sort((a, b) => a - b);
  return sizes[Math.floor(sizes.length / 2)] ?? 0;
}

function hasBoth(row: Row | undefined, { left, right }: Gutter): boolean {
  const middle = (left + right) / 2;
  const segments = row?.segments ?? [];
  return segments.some(({ end }) => end <= middle) && segments.some(({ end }) => end > middle);
}

interface Sides {
  readonly left: readonly Row[];
  readonly right: readonly Row[];
}

function sidesOf(rows: readonly Row[], gutter: Gutter): Sides {
  const middle = (gutter.left + gutter.right) / 2;
  const band = rows.slice(gutter.first, gutter.last);
  return {
    left: sideOf(band, ({ end }) => end <= middle),
    right: sideOf(band, ({ end }) => end > middle),
  };
}

/** Whether the text on the two sides of a gutter is read one side after the other. */
function separatesColumns({ left, right }: Sides): boolean {
  const sides = [left, right];
  const isText = isDrawnInTurn(left, right)
    ? (side: readonly Row[]) => isFilled(side, 0.5) && medianWords(side) >= (shareOfOpenLines(side) > 0.25 ? 2 : 4)
    : (side: readonly Row[]) => isFilled(side, 0.65) && medianWords(side) >= (shareOfOpenLines(side) > 0.5 ? 3 : 4);
  return sides.every((side) => isText(side) && !isTable(side));
}

/** Whether one side is running text, and the other a note beside it: drawn apart, in another size or on other lines. */
function isSidebar({ left, right }: Sides): boolean {
  if (!isDrawnInTurn(left, right)) return false;
  const text = [left, right].find((side) => side.length >= MIN_ROWS && isFilled(side, 0.65) && medianWords(side) >= 4);
  if (text === undefined || isTable(text)) return false;
  const ratio = medianSize(left) / medianSize(right);
  return ratio < 0.93 || ratio > 1.08;
}

/** Whether one side is drawn before the other, and not row by row. */
function isDrawnInTurn(left: readonly Row[], right: readonly Row[]): boolean {
  const orders = (side: readonly Row[]) => side.flatMap((row) => row.segments.map(({ order }) => order));
  const [first, second] = [orders(left), orders(right)];
  return Math.max(...first) < Math.min(...second) || Math.max(...second) < Math.min(...first);
}

/** Whether most rows are several cells, and not lines of further columns. */
function isTable(side: readonly Row[]): boolean {
  const several = side.filter(({ segments }) => segments.length > 1);
  return several.length > side.length / 2 && findGutter(side) === undefined;
}

/** Whether most rows are about as wide as the widest: at least `share` of them fill three quarters of it. */
function isFilled(rows: readonly Row[], share: number): boolean {
  const widths = rows.map(({ segments }) => (segments.at(-1)?.end ?? 0) - (segments[0]?.start ?? 0));
  const widest = widths.toSorted((a, b) => a - b)[Math.floor(widths.length * 0.95)] ?? 0;
  return widths.filter((width) => width > widest * 0.75).length >= share * widths.length;
}

/** The share of rows that begin with a small letter, as lines within sentences do and cells of a table seldom. */
function shareOfOpenLines(rows: readonly Row[]): number {
  const open = rows.filter(({ segments }) => /^\p{Ll}/u.test(segments[0]?.glyphs[0]?.text ?? ''));
  return open.length / rows.length;
}

/** Words of the median row. Two Chinese characters count as a word. */
function medianWords(rows: readonly Row[]): number {
  return rows.map(wordsIn).sort((a, b) => a - b)[Math.floor(rows.length / 2)] ?? 0;
}

function wordsIn({ segments, size }: Row): number {
  let words = 0;
  for (const { glyphs } of segments) {
    for (const [i, glyph] of glyphs.entries()) {
      const last = glyphs[i - 1];
      if (HAN.test(glyph.text)) words += 0.5;
      else if (LETTER.test(glyph.text) && startsWord(last, glyph, size)) words += 1;
    }
  }
  return words;
}

const HAN = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]/u;
const LETTER = /\p{L}/u;

function startsWord(last: PlacedGlyph | undefined, glyph: PlacedGlyph, size: number): boolean {
  return !last || last.text.trim() === '' || glyph.start - last.end > 0.11 * size || HAN.test(last.text);
}
