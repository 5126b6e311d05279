import { isRightToLeft } from './bidi.ts';
import { type Frame, framesOf } from './frames.ts';
import type { PageContent } from './glyph.ts';
import { readingBlocks } from './reading-order.ts';
import { type Row, rowsOf, textOf } from './rows.ts';
import { type Run, runsOf } from './runs.ts';

/** A line of text. Lengths are in points; v grows downwards from the top of the page, as the text is read. */
export interface Line {
  readonly text: string;
  readonly left: number;
  readonly right: number;
  readonly v: number;
  /** Font height. */
  readonly size: number;
  /** Left edges of its cells, if it is a row of a table; otherwise one. */
  readonly cells: readonly number[];
  /** Light or translucent. */
  readonly faint: boolean;
  readonly angle: number;
  /** Number of the block of the page that it belongs to: a column, or what spans the columns. */
  readonly block: number;
  /** Whether the block is beside another one. */
  readonly isColumn: boolean;
  /** Whether it is never joined with other lines. */
  readonly isAlone?: boolean;
}

export interface PageLines {
  readonly height: number;
  /** In reading order. */
  readonly lines: readonly Line[];
  /** Text in another direction than most of the page, such as labels at its edge and watermarks. */
  readonly others: readonly Line[];
  /** Large text that other text is printed over. */
  readonly overprinted: readonly Line[];
  readonly hasPicture: boolean;
  /** Text that is not displayed. */
  readonly hidden: string;
}

type Base = 'left-to-right' | 'right-to-left';

export function pageLines(content: PageContent): PageLines {
  const base = baseOf(content);
  const { upright, slanted } = framesOf(content.glyphs);
  const [main, ...turned] = upright;
  const runs = main ? runsOf(main.glyphs) : [];
  const overprinted = new Set(runs.filter((run) => isOverprinted(run, runs)));
  const { top, height } = extentOf(content, main?.angle ?? 0);
  const angle = main?.angle ?? 0;
  const blocks = readingBlocks(rowsOf(runs.filter((run) => !overprinted.has(run))), base);
  return {
    height,
    lines: blocks.flatMap(({ rows, isColumn }, block) =>
      rows.map((row) => lineOf(row, { angle, base, block, isColumn, top })),
    ),
    others: [...turned, ...slanted].flatMap((frame) => linesOf(frame, runsOf(frame.glyphs), base)),
    overprinted: main ? linesOf(main, [...overprinted], base, top) : [],
    hasPicture: content.hasPicture,
    hidden: hiddenText(content, base),
  };
}

function hiddenText({ hidden }: PageContent, base: Base): string {
  const { upright, slanted } = framesOf(hidden);
  const lines = [...upright, ...slanted].flatMap((frame) => linesOf(frame, runsOf(frame.glyphs), base));
  return lines.map(({ text }) => text).join('\n');
}

function baseOf({ glyphs }: PageContent): Base {
  const letters = glyphs.filter(({ text }) => /\p{L}/u.test(text));
  const rightToLeft = letters.filter(({ text }) => isRightToLeft(text)).length;
  return rightToLeft * 2 > letters.length ? 'right-to-left' : 'left-to-right';
}

/** The top of the page, and its height, as seen by text of a direction. */
function extentOf({ width, height }: PageContent, angle: number) {
  const cos = Math.cos((angle * Math.PI) / 180);
  const sin = Math.sin((angle * Math.PI) / 180);
  const corners = [0, height * cos, -width * sin, height * cos - width * sin];
  const top = Math.min(...corners);
  return { top, height: Math.max(...corners) - top };
}

function linesOf({ angle }: Frame, runs: readonly Run[], base: Base, top = 0): Line[] {
  return rowsOf(runs).map((row) => lineOf(row, { angle, base, block: -1, isColumn: false, top }));
}

function lineOf(
  { segments, v, size }: Row,
  at: { angle: number; base: Base; block: number; isColumn: boolean; top: number },
): Line {
  const glyphs = segments.flatMap((segment) => segment.glyphs);
  return {
    text: textOf(segments, at.base),
    left: segments[0]?.start ?? 0,
    right: segments.at(-1)?.end ?? 0,
    v: v - at.top,
    size,
    cells: segments.map(({ start }) => start),
    faint: glyphs.every(({ faint }) => faint),
    angle: at.angle,
    block: at.block,
    isColumn: at.isColumn,
  };
}

/** Height of text that may be a watermark, relative to the text that is printed over it. */
const WATERMARK_SIZE = 1.5;

/** Whether a run is large and several other runs overlap it. */
function isOverprinted(run: Run, all: readonly Run[]): boolean {
  let over = 0;
  for (const other of all) {
    if (other === run || run.size < WATERMARK_SIZE * other.size) continue;
    const overlapsAlong = Math.min(run.end, other.end) - Math.max(run.start, other.start) > other.size;
    if (overlapsAlong && other.v > run.v - 0.7 * run.size && other.v - 0.7 * other.size < run.v) over += 1;
    if (over === 2) return true;
  }
  return false;
}
