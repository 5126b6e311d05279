import type { Line, PageLines } from './page-lines.ts';

/** Lines from the top and from the bottom of a page that can be running heads. */
const EDGE_LINES = 4;
/** Running heads are in this outer part of the page, those that are not on most pages in the second one. */
const WIDE_MARGIN = 0.2;
const MARGIN = 0.12;
/** Gap between a head and the text, relative to the font height, where the head is repeated on few pages. */
const SET_APART = 1.8;
/** Rows of a table are not farther from each other, relative to the font height. */
const ROW_GAP = 3;
/** Heads with more numbers than this are compared as they are. */
const MAX_NUMBERS = 4;
/** Places on two pages are the same if they are in the same cell of this height, or in neighbouring ones. In points. */
const CELL = 2;

interface Candidate {
  readonly line: Line;
  readonly page: number;
  readonly side: 'top' | 'bottom' | 'beside';
  /** From that edge, in points. */
  readonly distance: number;
  /** How many lines are nearer to the edge. */
  readonly depth: number;
  readonly isSetApart: boolean;
  /** Two lines share a key if they are the same but for numbers that count with the pages. */
  readonly keys: readonly string[];
}

/**
 * Finds running heads: headers, footers and page numbers at the top and bottom of pages, and labels at their sides.
 * A head is repeated at the same place: on most pages, on most left or right pages, or, where most pages have a head
 * that is set apart from the text, on several. Its numbers are the same or count with the pages, as page numbers do.
 * Rows of a table are never heads.
 * @param labels of each page: text in another direction than its lines.
 * @param body the font height of most text.
 */
export function findRunningHeads(
  pages: readonly PageLines[],
  labels: readonly (readonly Line[])[],
  body: number,
): Set<Line> {
  const candidates = pages.flatMap((page, number) => [
    ...edgesOf(page, number),
    ...(labels[number] ?? []).map((line): Candidate => {
      return {
        line,
        page: number,
        side: 'beside',
        distance: line.v,
        depth: 0,
        isSetApart: true,
        keys: keysOf(line, number),
      };
    }),
  ]);
  const equal = new Occurrences();
  const apart = new Occurrences();
  const numbers = new Map<string, number>();
  for (const candidate of candidates) {
    for (const key of candidate.keys) equal.add(key, candidate);
    if (candidate.isSetApart) apart.add('', candidate);
    for (const key of pageNumberKeys(candidate)) numbers.set(key, (numbers.get(key) ?? 0) + 1);
  }
  const isHead = (candidate: Candidate): boolean => {
    const count = Math.max(...candidate.keys.map((key) => equal.count(key, candidate)));
    const isPageNumber = pageNumberKeys(candidate).some((key) => (numbers.get(key) ?? 0) >= 3);
    return isPageNumber || isRepeated(candidate, { count, heads: apart.count('', candidate), pages, body });
  };
  const heads = outermost(candidates, isHead);
  // Most lines at these places are heads: so are titles of sections that are there on a single page.
  const usual = new Occurrences();
  for (const candidate of candidates) if (heads.has(candidate.line)) usual.add('', candidate);
  return outermost(
    candidates,
    (candidate) =>
      heads.has(candidate.line) ||
      (candidate.isSetApart &&
        candidate.line.size <= body &&
        isWithin(MARGIN, candidate, pages) &&
        usual.count('', candidate) >= Math.max(3, apart.count('', candidate) * 0.5)),
  );
}

function isWithin(margin: number, { page, side, distance }: Candidate, pages: readonly PageLines[]): boolean {
  return side !== 'beside' && distance < margin * (pages[page]?.height ?? 0);
}

/**
 * @param facts.count pages that have the line at its place.
 * @param facts.heads pages that have any line at its place that is set apart from the text.
 */
function isRepeated(
  candidate: Candidate,
  facts: { count: number; heads: number; pages: readonly PageLines[]; body: number },
): boolean {
  const { line, side, isSetApart } = candidate;
  const { count, pages, body } = facts;
  if (count >= 3 && count >= pages.length * (side === 'beside' ? 0.5 : 0.4))
    return side === 'beside' || isWithin(WIDE_MARGIN, candidate, pages);
  return (
    count >= 2 &&
    isSetApart &&
    isWithin(MARGIN, candidate, pages) &&
    facts.heads >= pages.length * 0.6 &&
    (pages.length > 2 || line.size <= body * 1.05)
  );
}

/** The first and last lines of a page. */
function edgesOf({ lines, height }: PageLines, page: number): Candidate[] {
  const sorted = [...lines].sort((a, b) => a.v - b.v);
  const half = Math.ceil(sorted.length / 2);
  const edge = (side: 'top' | 'bottom'): Candidate[] => {
    const inwards = side === 'top' ? sorted : sorted.toReversed();
    const distances = inwards.map((line) => (side === 'top' ? line.v : height - line.v));
    return inwards.slice(0, Math.min(EDGE_LINES, sorted.length === 1 ? 1 : half)).flatMap((line, depth) => {
      const inner = inwards[depth + 1];
      const gap = inner ? Math.abs(line.v - inner.v) : height;
      if (inner && gap < ROW_GAP * line.size && isTableRow(line, inner)) return [];
      const isSetApart = gap > SET_APART * Math.max(line.size, inner?.size ?? 0) || gap < 1;
      return [{ line, page, side, distance: distances[depth] ?? 0, depth, isSetApart, keys: keysOf(line, page) }];
    });
  };
  return [...edge('top'), ...edge('bottom')];
}

/** Whether two lines have cells below each other. */
function isTableRow(a: Line, b: Line): boolean {
  const below = a.cells.filter((x) => b.cells.some((other) => Math.abs(x - other) < a.size / 2));
  return below.length >= 2;
}

/** The text with each number either as it is or less the number of the page. */
function keysOf({ text, angle }: Line, page: number): string[] {
  const parts = text.split(/(\d+|(?<!\p{L})[ivxlc]+(?!\p{L})|(?<!\p{L})[IVXLC]+(?!\p{L}))/u);
  const values = parts.map((part, i) => (i % 2 === 1 ? numberOf(part) : undefined));
  const numbers = values.flatMap((value, i) => (value === undefined ? [] : [{ value, i }]));
  if (numbers.length > MAX_NUMBERS) return [`${Math.round(angle)} ${text}`];
  return Array.from({ length: 2 ** numbers.length }, (_, choice) => {
    const key = [...parts];
    for (const [bit, { value, i }] of numbers.entries())
      key[i] = choice & (1 << bit) ? `\u0000${value - page}` : (parts[i] ?? '');
    return `${Math.round(angle)} ${key.join('')}`;
  });
}

/** A line that is only a page number, wherever the text of its page ends. */
const PAGE_NUMBER =
  /^\W*(?:page|seite|p\.|第)?\s*(?:\d{1,4}|[ivxlc]{1,7}|[IVXLC]{1,7})\s*(?:(?:of|von|\/|页|頁|，?共)\s*\d{0,4}\s*[页頁]?)?\W*$/iu;

/** Keys under which a page number counts with the pages. */
function pageNumberKeys({ line, side, keys }: Candidate): string[] {
  if (side === 'beside' || !PAGE_NUMBER.test(line.text)) return [];
  return keys.filter((key) => key.includes('\u0000')).map((key) => `${side} ${key}`);
}

const ROMAN: Readonly<Record<string, number>> = { i: 1, v: 5, x: 10, l: 50, c: 100 };

function numberOf(number: string): number {
  if (/^\d/.test(number)) return Number(number);
  const digits = [...number.toLowerCase()].map((letter) => ROMAN[letter] ?? 0);
  return digits.reduce((sum, digit, i) => sum + (digit < (digits[i + 1] ?? 0) ? -digit : digit), 0);
}

/** Counts the pages that have something at a place. */
class Occurrences {
  readonly #pages = new Map<string, Set<number>>();

  add(key: string, candidate: Candidate): void {
    for (const step of [-1, 0, 1]) {
      const at = placeOf(key, candidate, step);
      const pages = this.#pages.get(at) ?? new Set();
      this.#pages.set(at, pages);
      pages.add(candidate.page);
    }
  }

  count(key: string, candidate: Candidate): number {
    return this.#pages.get(placeOf(key, candidate, 0))?.size ?? 0;
  }
}

function placeOf(key: string, { side, distance }: Candidate, step: number): string {
  return `${side} ${Math.floor(distance / CELL) + step} ${key}`;
}

/** The heads that have only heads between themselves and the edge of the page. */
function outermost(candidates: readonly Candidate[], isHead: (candidate: Candidate) => boolean): Set<Line> {
  const heads = new Set<Line>();
  let reached = '';
  let next = 0;
  for (const candidate of candidates) {
    const edge = `${candidate.page} ${candidate.side}`;
    if (edge !== reached || candidate.side === 'beside') next = candidate.depth === 0 ? 0 : -1;
    reached = edge;
    if (candidate.depth !== next || !isHead(candidate)) continue;
    heads.add(candidate.line);
    next = candidate.depth + 1;
  }
  return heads;
}
