import type { Doubt } from '../../contracts/corpus.ts';
import { type DocumentContent, Unreadable } from './document-content.ts';
import { OmittedText } from './omitted-text.ts';
import { withoutContents } from './pdf/contents-lines.ts';
import { FontText } from './pdf/font-text.ts';
import { type OpenPdf, openPdf } from './pdf/open-pdf.ts';
import { pageContent } from './pdf/page-glyphs.ts';
import { type Line, type PageLines, pageLines } from './pdf/page-lines.ts';
import { bodySize, sectionsOf } from './pdf/paragraphs.ts';
import { findRunningHeads } from './pdf/running-heads.ts';
import { separateWatermarks } from './pdf/watermarks.ts';

const MAX_PAGES = 10_000;
/** pdf.js keeps fonts and images until it is told to drop them, once in so many pages. */
const PAGES_PER_CLEANUP = 50;
const REPLACEMENT = /\ufffd/g;

/**
 * Reads the text of a PDF: puts columns and lines into reading order, leaves out running heads and watermarks, joins
 * the lines of paragraphs, also across pages, and takes larger lines as headings.
 * @throws Unreadable if the file is encrypted or damaged, has no text layer, or has fonts that do not say which
 *   letters they draw.
 */
export async function readPdf(bytes: Uint8Array): Promise<DocumentContent> {
  const pdf = await openPdf(bytes);
  try {
    const { document } = pdf;
    if (document.numPages > MAX_PAGES) throw new Unreadable(`has ${document.numPages} pages, more than ${MAX_PAGES}`);
    const title = await titleOf(pdf);
    return { title, ...contentOf(await readPages(pdf)) };
  } finally {
    await pdf.document.loadingTask.destroy();
  }
}

async function readPages({ document, cMaps }: OpenPdf): Promise<PageLines[]> {
  const fontText = new FontText(cMaps);
  const layers = await document.getOptionalContentConfig();
  const pages: PageLines[] = [];
  for (let number = 1; number <= document.numPages; number += 1) {
    try {
      const page = await document.getPage(number);
      pages.push(pageLines(await pageContent(page, fontText, (layer) => layers.isVisible(layer))));
      page.cleanup();
    } catch {
      // A page that cannot be read is reported as one without text.
      pages.push({ height: 0, lines: [], others: [], overprinted: [], hasPicture: true, hidden: '' });
    }
    if (number % PAGES_PER_CLEANUP === 0) await document.cleanup();
  }
  return pages;
}

function contentOf(pages: readonly PageLines[]): Omit<DocumentContent, 'title'> {
  const body = bodySize(pages.flatMap(({ lines }) => lines));
  const omitted = new OmittedText();
  const separated = separateWatermarks(pages, body);
  const all = pages.map(({ lines }, i) => [...lines, ...(separated[i]?.labels ?? [])]);
  const heads = findRunningHeads(
    pages,
    separated.map((page) => page.labels),
    body,
  );
  // If pages have nothing else and no picture, the lines are their text.
  if (!all.flat().some((line) => !heads.has(line)) && !pages.some(({ hasPicture }) => hasPicture)) heads.clear();
  for (const { watermarks } of separated) for (const { text } of watermarks) omitted.add('watermark', text);
  for (const { hidden } of pages) omitted.add('hidden', hidden);
  for (const line of all.flat()) if (heads.has(line)) omitted.add('running-head', line.text);
  const { pages: remaining, entries } = withoutContents(all.map((lines) => lines.filter((line) => !heads.has(line))));
  for (const { text } of entries) omitted.add('contents', text);
  assertReadable(remaining);
  return { sections: sectionsOf(remaining), omitted: omitted.omissions, doubts: pagesWithoutText(pages, remaining) };
}

/** @throws Unreadable if there is no text, or if most of it is not letters. */
function assertReadable(pages: readonly (readonly Line[])[]): void {
  const text = pages.flatMap((lines) => lines.map((line) => line.text)).join('');
  const replaced = text.match(REPLACEMENT)?.length ?? 0;
  const letters = text.match(/[\p{L}\p{N}]/gu)?.length ?? 0;
  if (replaced > letters)
    throw new Unreadable('no readable text: its fonts do not say which letters they draw (it needs OCR)');
  if (letters === 0) throw new Unreadable('no readable text layer (scanned pages need OCR first)');
}

/** Pages that show something but have no text beside running heads. */
function pagesWithoutText(pages: readonly PageLines[], remaining: readonly (readonly Line[])[]): Doubt[] {
  const without = pages.flatMap(({ hasPicture }, i) =>
    hasPicture && !remaining[i]?.some(({ text }) => /[\p{L}\p{N}]/u.test(text)) ? [i + 1] : [],
  );
  return without.length > 0 ? [{ kind: 'pages-without-text', sample: rangesOf(without) }] : [];
}

/** Page numbers as `3, 7–9`. */
function rangesOf(numbers: readonly number[]): string {
  const ranges: [number, number][] = [];
  for (const number of numbers) {
    const open = ranges.at(-1);
    if (open && open[1] === number - 1) open[1] = number;
    else ranges.push([number, number]);
  }
  return ranges.map(([first, last]) => (first === last ? `${first}` : `${first}–${last}`)).join(', ');
}

async function titleOf({ document }: OpenPdf): Promise<string | undefined> {
  const title = await document.getMetadata().then(
    ({ info }) => (info as Record<string, unknown>).Title,
    () => undefined,
  );
  // Converters often put a file name or a number here.
  return typeof title === 'string' && /\p{L}{2}.*\s.*\p{L}|\p{Script=Han}{2}/u.test(title) && !/\.\w{2,4}$/.test(title)
    ? title
    : undefined;
}
