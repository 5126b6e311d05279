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
  for (const glyph of glyphs) {
    if (glyph.text === '') continue;
    if (last !== undefined && follows(last, glyph)) groups.at(-1)?.push(glyph);
    else groups.push([glyph]);
    last = glyph;
  }
  return withoutCopies(groups.map(withMarks)).flatMap((group) => runOf(group) ?? []);
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

/**
 * Joins combining marks to their letters. Lines of right-to-left letters are mostly drawn from left to right: there
 * a mark precedes its letter.
 */
function withMarks(group: readonly PlacedGlyph[]): PlacedGlyph[] {
  const joined: PlacedGlyph[] = [];
  let marks = '';
  for (const [i, glyph] of group.entries()) {
    const before = joined.at(-1);
    const next = group[i + 1];
    if (!/^\p{M}+$/u.test(glyph.text)) {
      joined.push(marks === '' ? glyph : { ...glyph, text: glyph.text + marks });
      marks = '';
    } else if (/[\p{Script=Arabic}\p{Script=Hebrew}]/u.test(glyph.text + (next?.text ?? '')) && precedes(glyph, next)) {
      marks = glyph.text + marks;
    } else if (before !== undefined) {
      joined[joined.length - 1] = { ...before, text: before.text + glyph.text };
    } else {
      joined.push(glyph);
    }
  }
  return joined;
}

/** Whether a mark stands on the letter that is drawn after it. */
function precedes(mark: PlacedGlyph, next: PlacedGlyph | undefined): boolean {
  if (next === undefined || !(isRightToLeft(next.text) || /^\p{M}+$/u.test(next.text))) return false;
  return mark.end >= next.start - 0.05 * next.size && mark.start <= next.end;
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

/** Texts by their places, which are rounded so that a look-up compares only what is near. */
class Places<Place extends { readonly start: number; readonly v: number }> {
  readonly #cells = new Map<string, Place[]>();

  add(text: string, place: Place): void {
    const key = keyOf(text, place, 0, 0);
    const cell = this.#cells.get(key);
    if (cell) cell.push(place);
    else this.#cells.set(key, [place]);
  }

  has(text: string, place: { start: number; v: number }, matches: (other: Place) => boolean): boolean {
    for (const du of [-1, 0, 1])
      for (const dv of [-1, 0, 1]) if (this.#cells.get(keyOf(text, place, du, dv))?.some(matches)) return true;
    return false;
  }
}

const CELL = 16;

function keyOf(text: string, { start, v }: { start: number; v: number }, du: number, dv: number): string {
  return `${Math.floor(start / CELL) + du} ${Math.floor(v / CELL) + dv} ${text}`;
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
