import { convert, NullLogger } from '@asciidoctor/core';
import { type DocumentContent, Unreadable } from './document-content.ts';
import { readHtml } from './html/read-html.ts';

/** Lists in each other have longer marks, and Asciidoctor takes time that grows with the cube of their depth. */
const DEEP_LIST = /^[ \t]*([*.])\1{100,}[ \t]/m;

/**
 * Reads AsciiDoc, converted to HTML by Asciidoctor without reading any other file (safe mode `secure`).
 * @throws Unreadable if it is nested too deeply.
 */
export async function readAsciiDoc(text: string): Promise<DocumentContent> {
  if (DEEP_LIST.test(text)) throw new Unreadable('nested too deeply');
  const html = await convert(text, {
    safe: 'secure',
    logger: new NullLogger(),
    attributes: { showtitle: true, sectanchors: null, icons: null },
  });
  return readHtml(String(html), { fragment: true });
}
