import type { getDocumentProxy } from 'unpdf';

type Pdf = Awaited<ReturnType<typeof getDocumentProxy>>;

/*
 * The lines of a PDF: extracting them, removing running heads, joining broken lines.
 */

/** A line on a page. Lengths are in points; y grows upwards. */
export interface Line {
  readonly text: string;
  /** Left edge. */
  readonly x: number;
  readonly right: number;
  readonly y: number;
  /** Font height. */
  readonly height: number;
}

/** The lines of every page, in the order in which the file draws them. */
export async function pdfPages(pdf: Pdf): Promise<Line[][]> {
  const pages: Line[][] = [];
  for (let number = 1; number <= pdf.numPages; number += 1) {
    const page = await pdf.getPage(number);
    const { items } = await page.getTextContent();
    pages.push(linesOf(items as readonly TextItem[]));
    page.cleanup();
  }
  return pages;
}

/** The fields of pdf.js's text item that are used. */
interface TextItem {
  readonly str: string;
  readonly width: number;
  readonly height: number;
  readonly transform: readonly number[];
}

function linesOf(items: readonly TextItem[]): Line[] {
  const lines: Line[] = [];
  let open: { text: string; x: number; right: number; y: number; height: number } | undefined;
  const close = () => {
    if (open !== undefined && open.text.trim() !== '')
      lines.push({ ...open, text: open.text.replace(/\s+/g, ' ').trim() });
    open = undefined;
  };
  for (const item of items) {
    if (item.str === '') continue;
    const x = item.transform[4] ?? 0;
    const y = item.transform[5] ?? 0;
    // Superscripts and table cells belong to the line. A vertical step of over half a letter, or one to the left, ends
    // it.
    if (open && (Math.abs(y - open.y) > Math.max(open.height, item.height) * 0.6 || x < open.x - open.height)) close();
    const gap = open ? x - open.right : 0;
    if (open === undefined) open = { text: item.str, x, y, right: x + item.width, height: item.height };
    else {
      const spaced = gap > open.height * 0.2 && !/\s$/.test(open.text) && !/^\s/.test(item.str);
      open.text += spaced ? ` ${item.str}` : item.str;
      if (item.str.trim() !== '') open.right = Math.max(open.right, x + item.width);
      open.height = Math.max(open.height, item.height);
    }
  }
  close();
  return lines;
}

/** Lines at the top and at the bottom of a page that can be running heads. */
const EDGE_LINES = 2;

/**
 * Removes running heads from pages: headers, footers and page numbers that are repeated, ignoring digits, on at least
 * half of the pages and on three or more.
 */
export function withoutRunningHeads(pages: readonly Line[][]): Line[][] {
  const counts = new Map<string, number>();
  for (const page of pages)
    for (const key of new Set(edgeLines(page).map(([, key]) => key))) counts.set(key, (counts.get(key) ?? 0) + 1);
  const minCount = Math.max(3, pages.length / 2);
  return pages.map((page) => {
    const repeated = new Set(
      edgeLines(page).flatMap(([line, key]) => ((counts.get(key) ?? 0) >= minCount ? [line] : [])),
    );
    return page.filter((line) => !repeated.has(line));
  });
}

/** The first and last lines of a page, each with a key that equal running heads share. */
function edgeLines(page: readonly Line[]): [Line, string][] {
  const fromTop = [...page].sort((a, b) => b.y - a.y);
  const top = fromTop.slice(0, EDGE_LINES);
  const bottom = fromTop.slice(Math.max(EDGE_LINES, fromTop.length - EDGE_LINES));
  const withKey =
    (place: string) =>
    (line: Line): [Line, string] => [line, `${place} ${line.text.replace(/\d+/g, '#')}`];
  return [...top.map(withKey('top')), ...bottom.map(withKey('bottom'))];
}

const EAST_ASIAN = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\u3000-\u303f\uff00-\uffef]/u;

/**
 * Joins two lines of one paragraph. Chinese and Japanese lines are joined without a space. A hyphen at the line end is
 * removed before a lower-case letter, unless the document has the hyphenated word elsewhere and not the joined one.
 * @param documentWords from `wordsOf`.
 */
export function joinLines(before: string, after: string, documentWords: ReadonlySet<string>): string {
  const left = before.at(-1) ?? '';
  const right = after[0] ?? '';
  const firstHalf = /(\p{L}+)[-\u2010]$/u.exec(before)?.[1];
  if (firstHalf !== undefined && /\p{Ll}/u.test(right)) {
    const secondHalf = /^\p{L}+/u.exec(after)?.[0] ?? '';
    const isHyphenated =
      documentWords.has(`${firstHalf}-${secondHalf}`.toLowerCase()) &&
      !documentWords.has((firstHalf + secondHalf).toLowerCase());
    return isHyphenated ? before + after : before.slice(0, -1) + after;
  }
  if (/\u00ad$/.test(before)) return before.slice(0, -1) + after;
  return EAST_ASIAN.test(left) && EAST_ASIAN.test(right) ? before + after : `${before} ${after}`;
}

/** The words of all lines in lower case; a word with a hyphen inside a line is one word. */
export function wordsOf(lines: Iterable<string>): Set<string> {
  const words = new Set<string>();
  for (const line of lines)
    for (const word of line.toLowerCase().match(/\p{L}+(?:-\p{L}+)*(?!\p{L}|-$)/gu) ?? []) words.add(word);
  return words;
}
