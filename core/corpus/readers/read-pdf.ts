import { getDocumentProxy } from 'unpdf';
import { knownWords, mendLine } from './mend-lines.ts';
import { type Line, pdfPages } from './pdf-lines.ts';
import { type Reading, Unreadable } from './reading.ts';
import { withoutRunningHeads } from './running-heads.ts';
import { SectionBuilder } from './section-builder.ts';

/** A heading's letters are at least this much larger than most of the text's. */
const HEADING_SIZE = 1.08;
const HEADING_CHARACTERS = 120;
const MAX_PAGES = 10_000;

/**
 * A PDF's text layer: pages joined, running heads dropped, broken lines and hyphenation mended, larger lines as headings.
 * @throws Unreadable if it is encrypted, damaged, or has no readable text layer; text in fonts that are
 * not embedded and use Adobe's predefined Chinese encodings (GBK-EUC-H and the like) counts as none.
 */
export async function readPdf(bytes: Uint8Array): Promise<Reading> {
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
    // Converters leave a file name or a number where a title should be.
    title:
      typeof title === 'string' && /\p{L}{2}.*\s.*\p{L}/u.test(title) && !/\.\w{2,4}$/.test(title) ? title : undefined,
    sections: sectionsOf(withoutRunningHeads(pages)),
  };
}

function sectionsOf(pages: readonly Line[][]) {
  const lines = pages.flat();
  const body = bodyHeight(lines);
  const sizes = [...new Set(lines.filter((line) => isHeading(line, body)).map(size))].sort((a, b) => b - a);
  const known = knownWords(lines.map((line) => line.text));
  const widths = lines.map((line) => line.right - line.x).sort((a, b) => a - b);
  const width = widths[Math.floor(widths.length * 0.95)] ?? 0;
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
    } else if (goesOn(last, line, width)) {
      block = mendLine(block, line.text, known);
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

/** The height most characters have. */
function bodyHeight(lines: readonly Line[]): number {
  const weights = new Map<number, number>();
  for (const line of lines) weights.set(size(line), (weights.get(size(line)) ?? 0) + line.text.length);
  return [...weights].reduce((best, next) => (next[1] > best[1] ? next : best), [0, 0])[0];
}

function size(line: Line): number {
  return Math.round(line.height * 2) / 2;
}

function isHeading(line: Line, body: number): boolean {
  return (
    line.height >= body * HEADING_SIZE &&
    size(line) > body &&
    line.text.length <= HEADING_CHARACTERS &&
    /\p{L}{2}|\p{Script=Han}/u.test(line.text) &&
    !/[.。;；,，:：]$/.test(line.text)
  );
}

/** Whether a sentence broke off only because its line or page was full. */
function goesOn(last: Line, line: Line, width: number): boolean {
  const full = last.right - last.x > width * 0.8;
  const newPage = line.y >= last.y;
  const open = !/[.!?:。！？：]["'”’」』)）]*$/.test(last.text);
  if (newPage) return open && (/^\p{Ll}/u.test(line.text) || (full && /^\p{Script=Han}/u.test(line.text)));
  return full && !isGap(last, line) && Math.abs(line.x - last.x) < last.height * 4;
}

function isGap(last: Line, line: Line): boolean {
  const gap = last.y - line.y;
  return gap <= 0 || gap > Math.max(last.height, line.height) * 1.7;
}
