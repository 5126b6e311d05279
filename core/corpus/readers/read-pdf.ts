import { getDocumentProxy } from 'unpdf';
import { type DocumentContent, SectionBuilder, Unreadable } from './document-content.ts';
import { joinLines, type Line, pdfPages, withoutRunningHeads, wordsOf } from './pdf-lines.ts';

/** Font height of headings relative to that of most text, at least. */
const HEADING_SIZE = 1.08;
const MAX_HEADING_CHARACTERS = 120;
const MAX_PAGES = 10_000;

/**
 * Reads the text layer of a PDF: removes running heads, joins the lines of paragraphs, also across pages, and takes
 * larger lines as headings.
 * @throws Unreadable if the file is encrypted or damaged, or has no readable text layer. Text in fonts that are not
 *   embedded and use Adobe's predefined Chinese encodings (such as GBK-EUC-H) is not readable.
 */
export async function readPdf(bytes: Uint8Array): Promise<DocumentContent> {
  const pdf = await getDocumentProxy(new Uint8Array(bytes), { verbosity: 0 }).catch((error: Error) => {
    throw new Unreadable(
      error.name === 'PasswordException' ? 'encrypted: it needs a password' : `a damaged PDF (${error.message})`,
    );
  });
  if (pdf.numPages > MAX_PAGES) throw new Unreadable(`has ${pdf.numPages} pages, more than ${MAX_PAGES}`);
  const pages = await pdfPages(pdf);
  const letters = pages.flat().reduce((sum, line) => sum + line.text.length, 0);
  if (letters < 3 * pdf.numPages) throw new Unreadable('no readable text layer (scanned pages need OCR first)');
  const title = await pdf.getMetadata().then(
    ({ info }) => (info as Record<string, unknown>).Title,
    () => undefined,
  );
  return {
    // Converters often put a file name or a number here.
    title:
      typeof title === 'string' && /\p{L}{2}.*\s.*\p{L}/u.test(title) && !/\.\w{2,4}$/.test(title) ? title : undefined,
    sections: sectionsOf(withoutRunningHeads(pages)),
  };
}

function sectionsOf(pages: readonly Line[][]) {
  const lines = pages.flat();
  const body = bodyHeight(lines);
  const sizes = [...new Set(lines.filter((line) => isHeading(line, body)).map(size))].sort((a, b) => b - a);
  const documentWords = wordsOf(lines.map((line) => line.text));
  const widths = lines.map((line) => line.right - line.x).sort((a, b) => a - b);
  const fullWidth = widths[Math.floor(widths.length * 0.95)] ?? 0;
  const sections = new SectionBuilder();
  let block = '';
  let last: Line | undefined;
  for (const line of lines) {
    if (isHeading(line, body)) {
      sections.text(block);
      block = '';
      sections.heading(1 + sizes.indexOf(size(line)), line.text);
    } else if (last === undefined || block === '') {
      block = line.text;
    } else if (continues(last, line, fullWidth)) {
      block = joinLines(block, line.text, documentWords);
    } else if (isGap(last, line)) {
      sections.text(block);
      block = line.text;
    } else {
      block += `\n${line.text}`;
    }
    last = line;
  }
  sections.text(block);
  return sections.finish();
}

/** The font height of most characters. */
function bodyHeight(lines: readonly Line[]): number {
  const weights = new Map<number, number>();
  for (const line of lines) weights.set(size(line), (weights.get(size(line)) ?? 0) + line.text.length);
  return [...weights].reduce((best, next) => (next[1] > best[1] ? next : best), [0, 0])[0];
}

/** The font height, rounded to half a point so that sizes can be compared. */
function size(line: Line): number {
  return Math.round(line.height * 2) / 2;
}

function isHeading(line: Line, body: number): boolean {
  return (
    line.height >= body * HEADING_SIZE &&
    size(line) > body &&
    line.text.length <= MAX_HEADING_CHARACTERS &&
    /\p{L}{2}|\p{Script=Han}/u.test(line.text) &&
    !/[.。;；,，:：]$/.test(line.text)
  );
}

/** Whether `line` continues the paragraph of `last`, which ended because its line or page was full. */
function continues(last: Line, line: Line, fullWidth: number): boolean {
  const full = last.right - last.x > fullWidth * 0.8;
  const newPage = line.y >= last.y;
  const open = !/[.!?:。！？：]["'”’」』)）]*$/.test(last.text);
  if (newPage) return open && (/^\p{Ll}/u.test(line.text) || (full && /^\p{Script=Han}/u.test(line.text)));
  return full && !isGap(last, line) && Math.abs(line.x - last.x) < last.height * 4;
}

/** Whether there is more than a normal line spacing between two lines. */
function isGap(last: Line, line: Line): boolean {
  const gap = last.y - line.y;
  return gap <= 0 || gap > Math.max(last.height, line.height) * 1.7;
}
