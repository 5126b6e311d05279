import { convert, NullLogger } from '@asciidoctor/core';
import type { DocumentContent } from './document-content.ts';
import { readHtml } from './html/read-html.ts';

/** Reads AsciiDoc, converted to HTML by Asciidoctor without reading any other file (safe mode `secure`). */
export async function readAsciiDoc(text: string): Promise<DocumentContent> {
  const html = await convert(text, {
    safe: 'secure',
    logger: new NullLogger(),
    attributes: { showtitle: true, sectanchors: null, icons: null },
  });
  return readHtml(String(html), { fragment: true });
}
