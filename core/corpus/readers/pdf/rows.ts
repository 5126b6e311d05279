import { isRightToLeft, readingOrder } from './bidi.ts';
import type { PlacedGlyph } from './frames.ts';
import type { Run } from './runs.ts';

/** A piece of text on one baseline, apart from other pieces of its row: a cell of a table, a line of a column. */
export interface Segment {
  /** From left to right. */
  readonly glyphs: readonly PlacedGlyph[];
  readonly start: number;
  readonly end: number;
  readonly size: number;
  /** Position of its first glyph in the order in which the page is drawn. */
  readonly order: number;
}

/** The segments on one baseline, from left to right. */
export interface Row {
  readonly v: number;
  readonly size: number;
  readonly segments: readonly Segment[];
}

/** Runs on one line have baselines that differ by less, relative to the font height: superscripts stand higher. */
const SAME_ROW = 0.45;
/** Gap between two segments, relative to the font height, at least. */
export const SEGMENT_GAP = 0.8;
/** Runs that overlap by more of their width are not on one line. */
const MAX_OVERLAP = 0.3;

/** The rows of a frame, from top to bottom. */
export function rowsOf(runs: readonly Run[]): Row[] {
  const rows: Run[][] = [];
  const open: { runs: Run[]; v: number; size: number }[] = [];
  for (const run of [...runs].sort((a, b) => a.v - b.v)) {
    while (open[0] && run.v - open[0].v > Math.max(run.size, open[0].size)) open.shift();
    const row = open.findLast((candidate) => belongs(candidate, run));
    if (row) {
      row.runs.push(run);
      // The baseline of a row is that of its largest letters.
      if (run.size > row.size * 1.05) Object.assign(row, { v: run.v, size: run.size });
    } else {
      const fresh = { runs: [run], v: run.v, size: run.size };
      open.push(fresh);
      rows.push(fresh.runs);
    }
  }
  return rows.map(rowOf).sort((a, b) => a.v - b.v);
}

function belongs(row: { runs: readonly Run[]; v: number; size: number }, run: Run): boolean {
  const ratio = run.size / row.size;
  if (Math.abs(run.v - row.v) > SAME_ROW * Math.max(run.size, row.size) || ratio > 3 || ratio < 1 / 3) return false;
  return row.runs.every((other) => {
    const overlap = Math.min(run.end, other.end) - Math.max(run.start, other.start);
    return overlap <= MAX_OVERLAP * Math.min(run.end - run.start, other.end - other.start) + 0.05 * run.size;
  });
}

function rowOf(runs: readonly Run[]): Row {
  const sorted = [...runs].sort((a, b) => a.start - b.start);
  const segments: Run[][] = [];
  let end = 0;
  for (const run of sorted) {
    const open = segments.at(-1);
    const size = Math.max(run.size, open?.at(-1)?.size ?? 0);
    if (open && run.start - end < SEGMENT_GAP * size) open.push(run);
    else segments.push([run]);
    end = segments.at(-1) === open ? Math.max(end, run.end) : run.end;
  }
  const largest = runs.reduce((best, run) => (run.size > best.size * 1.05 ? run : best));
  return { v: largest.v, size: largest.size, segments: segments.map(segmentOf) };
}

function segmentOf(runs: readonly Run[]): Segment {
  const glyphs = runs.flatMap((run) => run.glyphs).sort((a, b) => a.start - b.start || a.order - b.order);
  return {
    glyphs,
    start: Math.min(...runs.map(({ start }) => start)),
    end: Math.max(...runs.map(({ end }) => end)),
    size: Math.max(...runs.map(({ size }) => size)),
    order: Math.min(...glyphs.map(({ order }) => order)),
  };
}

/** Gap between two words, relative to the font height, at least; Chinese and Japanese words have none. */
const WORD_GAP = 0.11;
const EAST_ASIAN_GAP = 0.7;
const EAST_ASIAN = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\u3000-\u303f\uff00-\uff60]/u;

/**
 * The text of segments of one row, in reading order.
 * @param base the direction of paragraphs on the page.
 */
export function textOf(segments: readonly Segment[], base: 'left-to-right' | 'right-to-left'): string {
  const joined = segments.flatMap(({ glyphs, size }) => [' ', ...atomsOf(glyphs, size)]);
  const letters = joined.filter((text) => /\p{L}/u.test(text));
  const rightToLeft = letters.filter(isRightToLeft).length;
  const direction =
    rightToLeft > 0 && (base === 'right-to-left' || rightToLeft * 2 >= letters.length)
      ? 'right-to-left'
      : 'left-to-right';
  return readingOrder(joined, direction).replace(/\s+/g, ' ').trim();
}

/** The texts of glyphs from left to right, with spaces where there are gaps. */
function atomsOf(glyphs: readonly PlacedGlyph[], size: number): string[] {
  const spacing = letterSpacing(glyphs);
  const atoms: string[] = [];
  let last: PlacedGlyph | undefined;
  for (const glyph of glyphs) {
    if (last !== undefined) {
      const gap = (glyph.start - last.end - spacing) / Math.min(size, Math.max(last.size, glyph.size));
      const eastAsian = EAST_ASIAN.test(last.text) && EAST_ASIAN.test(glyph.text);
      if (gap > (eastAsian ? EAST_ASIAN_GAP : WORD_GAP)) atoms.push(' ');
    }
    atoms.push(glyph.text.trim() === '' ? ' ' : glyph.text);
    last = glyph;
  }
  return atoms;
}

/** The space between the letters of s p a c e d words; 0 in other lines. */
function letterSpacing(glyphs: readonly PlacedGlyph[]): number {
  const gaps: number[] = [];
  for (const [i, glyph] of glyphs.entries()) {
    const last = glyphs[i - 1];
    if (last && /\p{L}$/u.test(last.text) && /^\p{L}/u.test(glyph.text))
      gaps.push((glyph.start - last.end) / Math.max(last.size, glyph.size));
  }
  gaps.sort((a, b) => a - b);
  const least = gaps[Math.floor(gaps.length * 0.1)] ?? 0;
  return gaps.length >= 4 && least > WORD_GAP * 0.8 ? least * (glyphs[0]?.size ?? 0) : 0;
}
