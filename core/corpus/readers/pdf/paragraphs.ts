import type { Section } from '../../../contracts/corpus.ts';
import { SectionBuilder } from '../document-content.ts';
import { joinLines, wordsOf } from './join-lines.ts';
import type { Line } from './page-lines.ts';

/** Font height of headings relative to that of most text, at least. */
const HEADING_SIZE = 1.08;
const MAX_HEADING_CHARACTERS = 120;
/** Distance of lines that are apart, relative to the font height, and to the usual distance of lines in their block. */
const APART = 1.7;
const APART_IN_BLOCK = 1.35;
/** Wider line spacing is that of separate paragraphs, unless most lines are full. */
const WIDE_LEADING = 1.8;

/** Fewer lines do not show how wide their column is. */
const FEW_LINES = 8;

/** A line with what its surroundings say about it. */
interface Placed extends Line {
  readonly page: number;
  /** The edge that full lines of its block reach: the right one, or the left one for right-to-left text. */
  readonly edge: number;
  /** Usual distance of the lines of its block. */
  readonly leading: number;
  /** Whether its block is a list of items, each on a line of its own. */
  readonly isList: boolean;
}

/** Joins lines to paragraphs, also across columns and pages, and takes larger lines as headings. */
export function sectionsOf(pages: readonly (readonly Line[])[]): Section[] {
  const lines = placed(pages);
  const body = bodySize(lines);
  const isFootnote = footnotesOf(lines, body);
  const sizes = [...new Set(lines.filter((line) => isHeading(line, body)).map(roundedSize))].sort((a, b) => b - a);
  const documentWords = wordsOf(lines.map((line) => line.text));
  const sections = new SectionBuilder();
  let block = '';
  let heading = '';
  const footnotes: string[] = [];
  let last: Placed | undefined;
  const close = () => {
    if (heading !== '' && last) sections.heading(1 + sizes.indexOf(roundedSize(last)), heading);
    sections.text(block);
    // After the paragraph that they interrupt.
    for (const footnote of footnotes.splice(0)) sections.text(footnote);
    heading = '';
    block = '';
  };
  for (const [i, line] of lines.entries()) {
    const before = lines[i - 1];
    if (isFootnote.has(line)) {
      const continued =
        before && isFootnote.has(before) && !FOOTNOTE_MARK.test(line.text) ? footnotes.pop() : undefined;
      footnotes.push(continued === undefined ? line.text : joinLines(continued, line.text, documentWords));
      continue;
    }
    if (isHeading(line, body)) {
      if (heading !== '' && last && continuesHeading(last, line))
        heading = joinLines(heading, line.text, documentWords);
      else {
        close();
        heading = line.text;
      }
    } else if (block === '' || last === undefined) {
      if (heading !== '') close();
      block = line.text;
    } else if (continues(last, line)) block = joinLines(block, line.text, documentWords);
    else if (isApart(last, line)) {
      close();
      block = line.text;
    } else block += `\n${line.text}`;
    last = line;
  }
  close();
  return sections.finish();
}

const FOOTNOTE_MARK = /^(?:\d{1,3}|\[\d{1,3}\]|[*†‡§¹²³⁴-⁹])[.)]?\s?[^\d\s.,%)]/u;
/** Font height of footnotes relative to that of most text, at most. */
const FOOTNOTE_SIZE = 0.92;

/** The small lines at the end of pages, from the first that has a mark. */
function footnotesOf(lines: readonly Placed[], body: number): Set<Placed> {
  const footnotes = new Set<Placed>();
  for (const own of Map.groupBy(lines, ({ page }) => page).values()) {
    const end = own.findLastIndex((line) => line.size > body * FOOTNOTE_SIZE || line.cells.length > 1);
    const small = own.slice(end + 1);
    const first = small.findIndex(({ text }) => FOOTNOTE_MARK.test(text));
    if (end >= 0 && first >= 0) for (const line of small.slice(first)) footnotes.add(line);
  }
  return footnotes;
}

/** The font height of most characters. */
export function bodySize(lines: Iterable<Line>): number {
  const weights = new Map<number, number>();
  for (const line of lines) {
    const size = roundedSize(line);
    weights.set(size, (weights.get(size) ?? 0) + line.text.length);
  }
  return [...weights].reduce((best, next) => (next[1] > best[1] ? next : best), [0, 0])[0];
}

/** The font height, rounded to half a point so that sizes can be compared. */
function roundedSize(line: Line): number {
  return Math.round(line.size * 2) / 2;
}

function isHeading(line: Line, body: number): boolean {
  return (
    line.size >= body * HEADING_SIZE &&
    roundedSize(line) > body &&
    line.text.length <= MAX_HEADING_CHARACTERS &&
    /\p{L}{2}|\p{Script=Han}/u.test(line.text) &&
    !/[.。;；,，:：]$/.test(line.text)
  );
}

function continuesHeading(last: Placed, line: Placed): boolean {
  return (
    last.page === line.page &&
    last.block === line.block &&
    roundedSize(last) === roundedSize(line) &&
    line.v > last.v &&
    line.v - last.v < APART * line.size
  );
}

function placed(pages: readonly (readonly Line[])[]): Placed[] {
  const spanning = pages.flat().filter((line) => !line.isColumn);
  const full = edgesOf(spanning);
  return pages.flatMap((lines, page) => {
    const facts = new Map(
      [...Map.groupBy(lines, ({ block }) => block)].map(([block, own]) => {
        const { left, right } = edgesOf(own);
        const isNarrow = own[0]?.isColumn || own.length >= FEW_LINES;
        const edges = isNarrow
          ? { left, right }
          : { left: Math.min(left, full.left), right: Math.max(right, full.right) };
        return [block, { ...edges, leading: leadingOf(own), isList: isList(own) }] as const;
      }),
    );
    return lines.map((line) => {
      const { left = 0, right = 0, leading = 0, isList = false } = facts.get(line.block) ?? {};
      return { ...line, page, edge: isRightToLeftLine(line) ? left : right, leading, isList };
    });
  });
}

/** The edges that most full lines have; single lines may reach beyond them. */
function edgesOf(lines: readonly Line[]): { left: number; right: number } {
  const share = lines.length >= FEW_LINES ? 0.1 : 0;
  const lefts = lines.map((line) => line.left);
  const rights = lines.map((line) => -line.right);
  return { left: percentile(lefts, share), right: -percentile(rights, share) };
}

/** Fewer lines may all begin with a capital letter or a number by chance. */
const LIST_LINES = 6;

/** Whether no line of a block begins with a small letter, as some lines of running text do. */
function isList(lines: readonly Line[]): boolean {
  const cased = lines.filter(({ text }) => /^[\p{Lu}\p{Ll}\p{N}]/u.test(text));
  // Of a Chinese text with a table below, only rows of the table begin with such signs.
  return (
    cased.length >= LIST_LINES && cased.length * 2 > lines.length && !cased.some(({ text }) => /^\p{Ll}/u.test(text))
  );
}

/** The usual distance of lines; 0 if there are few, or if wide distances separate short lines and no running text. */
function leadingOf(lines: readonly Line[]): number {
  const steps = lines.flatMap((line, i) => {
    const step = line.v - (lines[i - 1]?.v ?? line.v);
    return step > 0.5 * line.size && step < 4 * line.size ? [step] : [];
  });
  // Of the distances within paragraphs and between them, those within are the smaller ones.
  const leading = steps.length >= 3 ? percentile(steps, 0.25) : 0;
  const size = percentile(
    lines.map((line) => line.size),
    0.5,
  );
  if (leading < WIDE_LEADING * size) return leading;
  const widths = lines.map(({ left, right }) => right - left);
  const widest = Math.max(...widths);
  return widths.filter((width) => width > widest * 0.85).length >= lines.length * 0.6 ? leading : 0;
}

function percentile(values: readonly number[], share: number): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length * share)] ?? 0;
}

function isRightToLeftLine({ text }: Line): boolean {
  return /^\P{L}*[\p{Script=Arabic}\p{Script=Hebrew}]/u.test(text);
}

const LIST_MARK = /^(?:[•▪◦●■○□➢✓–—*·‣⁃]\s|[(（]?(?:\d{1,3}|[a-zA-Z])[.)）、]\s?(?=\D))/u;
const BULLET = /^[•▪◦●■○□➢✓*‣⁃]\s/u;
const SENTENCE_END = /[.!?:;。！？：；]["'”’」』)）]*$/u;

/** Whether `line` continues the paragraph of `last`, which ended because its line, column or page was full. */
function continues(last: Placed, line: Placed): boolean {
  if (line.isAlone || last.isAlone || BULLET.test(line.text) || Math.abs(line.size / last.size - 1) > 0.2) return false;
  const isSplitWord = /[\p{L}\p{N}][-\u2010\u00ad]$/u.test(last.text) && /^[\p{L}\p{N}]/u.test(line.text);
  if (last.page !== line.page || last.block !== line.block) {
    if (isSplitWord && /^\p{Ll}/u.test(line.text)) return true;
    if (SENTENCE_END.test(last.text)) return false;
    return (
      /^\p{Ll}/u.test(line.text) || (isFull(last, line) && /^[\p{Script=Han}\p{Script=Hiragana}]/u.test(line.text))
    );
  }
  if (isApart(last, line)) return false;
  if (isSplitWord) return true;
  if (LIST_MARK.test(line.text) && SENTENCE_END.test(last.text)) return false;
  const indent = isRightToLeftLine(line) ? last.right - line.right : line.left - last.left;
  if (indent > 0.8 * line.size && !LIST_MARK.test(last.text) && SENTENCE_END.test(last.text)) return false;
  const isRow = line.cells.length > 2 || (line.cells.length > 1 && last.cells.length > 1);
  return !line.isList && !isRow && isFull(last, line) && Math.abs(indent) < last.size * 6;
}

/** Whether the first word of the next line would not have found room. */
function isFull(last: Placed, next: Placed): boolean {
  const perCharacter = (next.right - next.left) / Math.max(1, next.text.length);
  const word = /^[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]/u.test(next.text)
    ? 1.5
    : (/^\S+/.exec(next.text)?.[0].length ?? 0) + 1;
  const needed = word * perCharacter;
  const room = isRightToLeftLine(last) ? last.left - last.edge : last.edge - last.right;
  return room < needed * 1.1 + 0.3 * last.size;
}

/** Whether there is more than a normal line spacing between two lines. */
function isApart(last: Placed, line: Placed): boolean {
  if (last.page !== line.page || last.block !== line.block) return true;
  const gap = line.v - last.v;
  const size = Math.max(last.size, line.size);
  if (gap <= 0) return true;
  if (line.leading > 0) return gap > APART_IN_BLOCK * Math.max(line.leading, size * 1.05);
  return gap > size * APART;
}
