import type { Document } from '../../contracts/corpus.ts';
import { decodeText } from '../../primitives/decode-text.ts';
import { detectArchive } from './detect-archive.ts';
import { Unreadable } from './document-content.ts';
import { detectFlat } from './flat-archive.ts';
import { openZip } from './open-zip.ts';

/** First bytes, in hex, of files that are not documents. */
const SIGNATURES: readonly (readonly [string, string])[] = [
  ['d0cf11e0a1b11ae1', 'an old or encrypted Office file; save it as docx, xlsx or pptx without a password'],
  ['89504e47', 'a PNG image'],
  ['ffd8ff', 'a JPEG image'],
  ['47494638', 'a GIF image'],
  ['1f8b', 'a gzip archive'],
  ['377abcaf271c', 'a 7z archive'],
  ['52617221', 'a RAR archive'],
  ['7f454c46', 'a program'],
  ['4d5a', 'a program'],
];
const ZIP = '504b0304';
const PDF = '25504446';
const RTF = '7b5c727466';
/** The head of an e-mail, or of a web page that was stored as one: some programs name such a page .doc. */
const MAIL = /^(?:[\w-]+:[^\n]*\n(?:[ \t]+\S[^\n]*\n)*){0,30}?MIME-Version:/i;
/** Extensions of files that are not plain text. */
const BINARY = new Set(['pdf', 'docx', 'rtf', 'xlsx', 'pptx', 'epub', 'odt', 'ods', 'odp']);
const EXTENSIONS: Record<string, Document['media']> = {
  md: 'md',
  markdown: 'md',
  mdx: 'md',
  html: 'html',
  htm: 'html',
  xhtml: 'html',
  csv: 'csv',
  tsv: 'csv',
  tab: 'csv',
  psv: 'csv',
  // Programs write tables of text for Excel under the name of its old files.
  xls: 'csv',
  ipynb: 'ipynb',
  rst: 'rst',
  adoc: 'asciidoc',
  asciidoc: 'asciidoc',
  asc: 'asciidoc',
  eml: 'eml',
  mht: 'eml',
  mhtml: 'eml',
};

/**
 * Detects the type of a file from its content; the extension only distinguishes kinds of plain text. A PDF or docx file
 * with another extension is accepted. Text or a web page with the extension pdf or docx is refused, since it is usually
 * a failed download.
 * @throws Unreadable if it is not a document; the message says what it is.
 */
export function detectMedia(bytes: Uint8Array, path: string): Document['media'] {
  const extension = /\.([^./]*)$/.exec(path)?.[1]?.toLowerCase() ?? '';
  const head = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, 1024));
  const hex = head.subarray(0, 8).toString('hex');
  if (hex.startsWith(PDF) || (extension === 'pdf' && head.includes('%PDF-'))) return 'pdf';
  if (hex.startsWith(RTF)) return 'rtf';
  if (hex.startsWith(ZIP)) return detectArchive(openZip(bytes));
  for (const [signature, name] of SIGNATURES)
    if (hex.startsWith(signature)) throw new Unreadable(`${namedButHolds(extension)}${name}`);
  const sample = decodeText(bytes.subarray(0, 65_536));
  if (isBinary(sample)) throw new Unreadable(`${namedButHolds(extension)}binary data`);
  const flat = detectFlat(sample);
  if (flat !== undefined) return flat;
  const html = /^\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:!doctype html|html[\s>])/is.test(sample);
  if (EXTENSIONS[extension] === undefined && MAIL.test(sample.slice(0, 4000))) return 'eml';
  if (BINARY.has(extension)) {
    throw new Unreadable(`named .${extension} but holds ${html ? 'a web page' : 'plain text'}`);
  }
  return html ? 'html' : (EXTENSIONS[extension] ?? 'txt');
}

/** The beginning of a message. */
function namedButHolds(extension: string): string {
  return extension === '' ? 'holds ' : `named .${extension} but holds `;
}

/** Whether more than 5 % of the characters are control characters or invalid bytes; up to three are tolerated. */
function isBinary(text: string): boolean {
  const count = text.match(/[[\p{Cc}\ufffd]--[\t\n\v\f\r\u{85}]]/gv)?.length ?? 0;
  return count > Math.max(3, 0.05 * text.length);
}
