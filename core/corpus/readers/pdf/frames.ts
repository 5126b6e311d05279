import type { Glyph } from './glyph.ts';

/** A glyph in a frame in which its line runs from left to right: u along the line, v downwards. */
export interface PlacedGlyph {
  readonly text: string;
  readonly start: number;
  readonly end: number;
  /** Of the baseline. */
  readonly v: number;
  readonly size: number;
  readonly faint: boolean;
  readonly operator: number;
  /** Position in the order in which glyphs are drawn. */
  readonly order: number;
}

/** The glyphs of a page that are written in one direction. */
export interface Frame {
  /** Degrees clockwise from left-to-right. */
  readonly angle: number;
  readonly glyphs: readonly PlacedGlyph[];
}

/** Lines of scanned pages are a little oblique. */
const OBLIQUE = 6;

/** Text in the direction of the edges of the page, and other text, such as watermarks across a page. */
export interface Frames {
  /** The frame with the most text first. */
  readonly upright: readonly Frame[];
  readonly slanted: readonly Frame[];
}

/** Separates the text of a page by its direction, so that the lines of each run from left to right. */
export function framesOf(glyphs: readonly Glyph[]): Frames {
  const groups = new Map<number, { glyph: Glyph; order: number }[]>();
  for (const [order, glyph] of glyphs.entries()) {
    const quarter = Math.round(glyph.angle / 90) * 90;
    const isUpright = Math.abs(glyph.angle - quarter) <= OBLIQUE;
    const direction = isUpright ? (quarter + 360) % 360 : Math.round(glyph.angle);
    // Slanted directions are kept apart from the four upright ones.
    const key = isUpright ? direction : 1000 + direction;
    const group = groups.get(key) ?? [];
    groups.set(key, group);
    group.push({ glyph, order });
  }
  const upright: Frame[] = [];
  const slanted: Frame[] = [];
  for (const [key, group] of groups) (key < 500 ? upright : slanted).push(frameOf(key % 1000, group));
  upright.sort((a, b) => b.glyphs.length - a.glyphs.length);
  return { upright, slanted };
}

function frameOf(direction: number, group: readonly { glyph: Glyph; order: number }[]): Frame {
  const offsets = group.map(({ glyph }) => ((glyph.angle - direction + 540) % 360) - 180).sort((a, b) => a - b);
  const offset = offsets[Math.floor(offsets.length / 2)] ?? 0;
  const angle = direction + offset;
  const cos = Math.cos((angle * Math.PI) / 180);
  const sin = Math.sin((angle * Math.PI) / 180);
  return {
    angle,
    glyphs: group.map(({ glyph: { text, x, y, advance, size, faint, operator }, order }) => {
      const start = x * cos + y * sin;
      return { text, start, end: start + advance, v: y * cos - x * sin, size, faint, operator, order };
    }),
  };
}
