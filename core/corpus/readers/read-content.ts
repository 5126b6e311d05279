import type { Document } from '../../contracts/corpus.ts';
import { decode } from '../../primitives/decode-text.ts';
import { detectMedia } from './detect-media.ts';
import { type DocumentContent, Unreadable } from './document-content.ts';
import { flatArchive } from './flat-archive.ts';
import { readHtmlBytes } from './html/read-html.ts';
import { readMarkdown } from './markdown/read-markdown.ts';
import { openZip, type ZipArchive } from './open-zip.ts';

type Reader = (bytes: Uint8Array, path: string) => DocumentContent | Promise<DocumentContent>;

/** The reader of each type. Those with large libraries, or for files that few corpora have, are imported on demand. */
const READERS: Readonly<Record<Document['media'], Reader>> = {
  md: (bytes, path) =>
    fromText(bytes, (text) => readMarkdown(text, path.toLowerCase().endsWith('.mdx') ? { mdx: true } : {})),
  txt: (bytes) => fromText(bytes, (text) => ({ title: undefined, sections: [{ headings: [], text }] })),
  html: readHtmlBytes,
  pdf: async (bytes) => (await import('./read-pdf.ts')).readPdf(bytes),
  docx: readWord,
  rtf: async (bytes) => (await import('./rtf/read-rtf.ts')).readRtf(bytes),
  xlsx: readExcel,
  pptx: async (bytes) => (await import('./read-pptx.ts')).readPptx(openZip(bytes)),
  odf: async (bytes) => (await import('./read-odf.ts')).readOdf(openArchive(bytes)),
  epub: async (bytes) => (await import('./read-epub.ts')).readEpub(openZip(bytes)),
  csv: async (bytes) => fromText(bytes, (await import('./sheets/read-csv.ts')).readCsv),
  ipynb: async (bytes) => fromText(bytes, (await import('./read-ipynb.ts')).readIpynb),
  rst: async (bytes) => fromText(bytes, (await import('./rst/read-rst.ts')).readRst),
  asciidoc: async (bytes) => fromText(bytes, (await import('./read-asciidoc.ts')).readAsciiDoc),
  eml: async (bytes) => (await import('./read-eml.ts')).readEml(bytes),
};

/** Reads the content of a file of a known type. @throws Unreadable if it cannot be read. */
export async function readContent(media: Document['media'], bytes: Uint8Array, path: string): Promise<DocumentContent> {
  try {
    return await READERS[media](bytes, path);
  } catch (error) {
    // Readers follow the nesting of a document, which real documents do not exhaust.
    if (error instanceof RangeError && /call stack/.test(error.message)) throw new Unreadable('nested too deeply');
    throw error;
  }
}

async function readExcel(bytes: Uint8Array): Promise<DocumentContent> {
  return isZip(bytes)
    ? (await import('./sheets/read-xlsx.ts')).readXlsx(openZip(bytes))
    : (await import('./sheets/read-spreadsheet-xml.ts')).readSpreadsheetXml(bytes);
}

function isZip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x50 && bytes[1] === 0x4b;
}

/** The archive of a document, or what one file of XML holds instead. */
function openArchive(bytes: Uint8Array): ZipArchive {
  return isZip(bytes) ? openZip(bytes) : flatArchive(bytes);
}

/** Reads a Word document with those that are inserted in it, except such documents in these. */
async function readWord(bytes: Uint8Array, path: string): Promise<DocumentContent> {
  const { chunksOf, readDocx } = await import('./docx/read-docx.ts');
  const zip = openArchive(bytes);
  const chunks = new Map<string, DocumentContent>();
  for (const name of chunksOf(zip)) {
    const content = zip.read(name);
    const media = content && detectMedia(content, name);
    if (media === 'docx') chunks.set(name, readDocx(openZip(content as Uint8Array)));
    else if (content && media) chunks.set(name, await READERS[media](content, path));
  }
  return readDocx(zip, chunks);
}

/** Reads a file of plain text, whatever its encoding. */
async function fromText(
  bytes: Uint8Array,
  read: (text: string) => DocumentContent | Promise<DocumentContent>,
): Promise<DocumentContent> {
  const { text, encoding, doubtful } = decode(bytes);
  const content = await read(text);
  return doubtful ? { ...content, doubts: [{ kind: 'guessed-encoding', sample: encoding }] } : content;
}
