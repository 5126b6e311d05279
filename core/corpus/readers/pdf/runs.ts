import { isRightToLeft } from './bidi.ts';
import type { PlacedGlyph } from './frames.ts';

/** Glyphs that are drawn one after the other and stand beside each other on one baseline. */
export interface Run {
  /** In the order in which they are drawn. */
  readonly glyphs: readonly PlacedGlyph[];
  readonly start: number;
  readonly end: number;
  readonly v: number;
  readonly size: number;
}

/** Baselines of one run differ by less, relative to the font height. */
const SAME_BASELINE = 0.15;
/** Widest gap within a run, relative to the font height. */
const MAX_GAP = 1;
/** Copies of a text that is drawn twice for boldness are apart by less, relative to the font height. */
const COPY_OFFSET = 0.35;
/** The same for a single letter, relative to its width: "ll" is no copy. */
const COPY_OFFSET_OF_LETTER = 0.4;

/** The runs of a frame, without white space at their ends and without copies of other text at the same place. */
export function runsOf(glyphs: readonly PlacedGlyph[]): Run[] {
  const groups: PlacedGlyph[][] = [];
  let last: PlacedGlyph | undefined;
  for (const glyph of withMarks(glyphs.filter(({ text }) => text !== ''))) {
    if (last !== undefined && follows(last, glyph)) groups.at(-1)?.push(glyph);
    else groups.push([glyph]);
    last = glyph;
  }
  return withInitials(withoutCopies(groups).flatMap((group) => runOf(group) ?? []));
}

function follows(last: PlacedGlyph, next: PlacedGlyph): boolean {
  const size = Math.max(last.size, next.size);
  const gap = next.start - last.end;
  return (
    Math.abs(last.v - next.v) <= SAME_BASELINE * size &&
    Math.min(last.size, next.size) > 0.85 * size &&
    gap < MAX_GAP * size &&
    gap > -0.3 * size
  );
}

/** Accents that TeX and others draw over a letter, by their signs. */
const ACCENTS: Readonly<Record<string, string>> = {
  '\u00b4': '\u0301',
  '`': '\u0300',
  '\u02c6': '\u0302',
  '\u02dc': '\u0303',
  '\u00a8': '\u0308',
  '\u00af': '\u0304',
  '\u02c9': '\u0304',
  '\u02d8': '\u0306',
  '\u02d9': '\u0307',
  '\u02da': '\u030a',
  '\u00b8': '\u0327',
  '\u02dd': '\u030b',
  '\u02db': '\u0328',
  '\u02c7': '\u030c',
};
const MARK = /^\p{M}+$/u;

/**
 * Joins combining marks, and accents that are drawn over a letter, to their letters. Some are drawn before the letter:
 * accents by TeX, and marks in right-to-left lines, which are mostly drawn from left to right.
 */
function withMarks(glyphs: readonly PlacedGlyph[]): PlacedGlyph[] {
  const joined: PlacedGlyph[] = [];
  let marks = '';
  for (const [i, glyph] of glyphs.entries()) {
    const last = joined.at(-1);
    const next = glyphs[i + 1];
    const mark = MARK.test(glyph.text) ? glyph.text : ACCENTS[glyph.text];
    if (mark !== undefined && next !== undefined && precedes(glyph, next)) marks = mark + marks;
    else if (mark !== undefined && last !== undefined && (mark === glyph.text || stands(glyph, last)))
      joined[joined.length - 1] = { ...last, text: (last.text + mark).normalize('NFC') };
    else {
      joined.push(marks === '' ? glyph : { ...glyph, text: (glyph.text + marks).normalize('NFC') });
      marks = '';
    }
  }
  return joined;
}

/** Whether a mark or accent is drawn over a letter. */
function stands(mark: PlacedGlyph, letter: PlacedGlyph): boolean {
  const middle = (mark.start + mark.end) / 2;
  const isOver = middle > letter.start && middle < letter.end && Math.abs(mark.v - letter.v) < 0.5 * letter.size;
  return isOver && /^\p{L}/u.test(letter.text);
}

/** Whether a mark stands on the letter that is drawn after it. */
function precedes(mark: PlacedGlyph, next: PlacedGlyph): boolean {
  if (mark.end > mark.start) return stands(mark, next);
  const isFirst = mark.start >= next.start - 0.05 * next.size && mark.start < next.end;
  return (
    isFirst &&
    (isRightToLeft(next.text) || (MARK.test(next.text) && /[\p{Script=Arabic}\p{Script=Hebrew}]/u.test(next.text)))
  );
}

/** Removes text that is drawn again where the same text already stands, slightly shifted: it is printed bold so. */
function withoutCopies(groups: readonly PlacedGlyph[][]): PlacedGlyph[][] {
  const words = new Places<{ start: number; v: number }>();
  const letters = new Places<PlacedGlyph>();
  const kept: PlacedGlyph[][] = [];
  for (const group of groups) {
    const [first] = group;
    if (first === undefined) continue;
    const text = group.map((glyph) => glyph.text).join('');
    const offset = COPY_OFFSET * first.size;
    if (group.length > 1 && words.has(text, first, (other) => isNear(other, first, offset, offset))) continue;
    words.add(text, first);
    const fresh = group.filter((glyph) => {
      const width = COPY_OFFSET_OF_LETTER * (glyph.end - glyph.start);
      const isCopy = (other: PlacedGlyph) =>
        Math.abs(other.size / glyph.size - 1) < 0.1 && isNear(other, glyph, width, offset);
      if (glyph.text.trim() === '' || width === 0) return true;
      if (letters.has(glyph.text, glyph, isCopy)) return false;
      letters.add(glyph.text, glyph);
      return true;
    });
    if (fresh.length > 0) kept.push(fresh);
  }
  return kept;
}

function isNear(a: { start: number; v: number }, b: { start: number; v: number }, along: number, across: number) {
  return Math.abs(a.start - b.start) <= along && Math.abs(a.v - b.v) <= across;
}

/** Texts by their places, which are rounded to cells so that a look-up compares only what is near. */
class Places<Place extends { readonly start: number; readonly v: number }> {
  readonly #cells = new Map<string, Map<number, Place[]>>();

  add(text: string, place: Place): void {
    let cells = this.#cells.get(text);
    if (!cells) {
      cells = new Map();
      this.#cells.set(text, cells);
    }
    const key = cellOf(place);
    const cell = cells.get(key);
    if (cell) cell.push(place);
    else cells.set(key, [place]);
  }

  has(text: string, place: { start: number; v: number }, matches: (other: Place) => boolean): boolean {
    const cells = this.#cells.get(text);
    if (!cells) return false;
    const key = cellOf(place);
    return NEIGHBOURS.some((step) => cells.get(key + step)?.some(matches));
  }
}

/** Points. */
const CELL = 16;
/** Number of a cell below another one, less that of the other one: more than a page has cells beside each other. */
const BELOW = 2 ** 20;
const NEIGHBOURS = [-1, 0, 1].flatMap((row) => [-1, 0, 1].map((column) => row * BELOW + column));

function cellOf({ start, v }: { start: number; v: number }): number {
  return Math.floor(v / CELL) * BELOW + Math.floor(start / CELL);
}

/** Height of an initial relative to the lines beside it, at least. */
const INITIAL_SIZE = 1.8;

/** Joins large initials to the first of the lines that stand beside them. */
function withInitials(runs: readonly Run[]): Run[] {
  const replaced = new Map<Run, Run | undefined>();
  for (const initial of runs) {
    const [letter, more] = initial.glyphs;
    if (!letter || more || !/^\p{Lu}$/u.test(letter.text)) continue;
    const beside = runs.filter((run) => isBeside(run, initial)).sort((a, b) => a.v - b.v);
    const [first, second] = beside;
    if (!first || !second || replaced.has(first)) continue;
    const { v, size, start } = first;
    const joined = runOf([{ ...letter, v, size, end: start }, ...first.glyphs]);
    replaced.set(initial, undefined).set(first, joined);
  }
  return runs.flatMap((run) => (replaced.has(run) ? (replaced.get(run) ?? []) : [run]));
}

function isBeside({ start, v, size }: Run, initial: Run): boolean {
  return (
    initial.size >= INITIAL_SIZE * size &&
    start >= initial.end - 0.2 * size &&
    start <= initial.end + 1.2 * size &&
    v > initial.v - initial.size &&
    v < initial.v + 0.2 * size
  );
}

function runOf(group: readonly PlacedGlyph[]): Run | undefined {
  const inked = group.filter(({ text }) => text.trim() !== '');
  const [first] = inked;
  if (first === undefined) return undefined;
  return {
    glyphs: group,
    start: Math.min(...inked.map(({ start }) => start)),
    end: Math.max(...inked.map(({ end }) => end)),
    v: first.v,
    size: first.size,
  };
}
