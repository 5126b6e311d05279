import mammoth from 'mammoth';
import { checkZip } from './check-zip.ts';
import { readHtml } from './read-html.ts';
import { type Reading, Unreadable } from './reading.ts';

/** Other things that are zip archives too, by a file they hold. */
const OTHERS: readonly (readonly [RegExp, string])[] = [
  [/^xl\//, 'an Excel workbook'],
  [/^ppt\//, 'a PowerPoint presentation'],
  [/^content\.xml$/, 'an OpenDocument file; save it as docx'],
  [/^OEBPS\/|^META-INF\/container\.xml$/, 'an e-book'],
];

/** A Word document, through mammoth's HTML: headings by style, lists, tables; images, comments and deleted text are left out. */
export async function readDocx(bytes: Uint8Array): Promise<Reading> {
  const names = checkZip(bytes);
  if (!names.includes('word/document.xml')) {
    const other = OTHERS.find(([pattern]) => names.some((name) => pattern.test(name)))?.[1];
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
