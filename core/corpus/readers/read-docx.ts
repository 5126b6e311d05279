import mammoth from 'mammoth';
import { checkZip } from './check-zip.ts';
import { type DocumentContent, Unreadable } from './document-content.ts';
import { readHtml } from './html/read-html.ts';

/** Other formats that are zip archives, by a file in them. */
const OTHER_FORMATS: readonly (readonly [RegExp, string])[] = [
  [/^xl\//, 'an Excel workbook'],
  [/^ppt\//, 'a PowerPoint presentation'],
  [/^content\.xml$/, 'an OpenDocument file; save it as docx'],
  [/^OEBPS\/|^META-INF\/container\.xml$/, 'an e-book'],
];

/**
 * Reads a Word document, converted to HTML by mammoth: headings (by style), paragraphs, lists and tables. Images,
 * comments and deleted text are left out.
 * @throws Unreadable if it is another format, damaged, encrypted, or too large (`checkZip`).
 */
export async function readDocx(bytes: Uint8Array): Promise<DocumentContent> {
  const names = checkZip(bytes);
  if (!names.includes('word/document.xml')) {
    const other = OTHER_FORMATS.find(([pattern]) => names.some((name) => pattern.test(name)))?.[1];
    throw new Unreadable(other ?? 'a zip archive, not a Word document');
  }
  const { value } = await mammoth.convertToHtml(
    { buffer: Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length) },
    {
      styleMap: ["p[style-name='Title'] => h1:fresh", "p[style-name='标题'] => h1:fresh"],
      convertImage: mammoth.images.imgElement(async () => ({ src: '' })),
    },
  );
  return readHtml(value);
}
