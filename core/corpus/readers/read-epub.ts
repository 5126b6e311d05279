import { posix } from 'node:path';
import { decodeText } from '../../primitives/decode-text.ts';
import { type DocumentContent, Unreadable } from './document-content.ts';
import { readHtml } from './html/read-html.ts';
import { xhtmlAsHtml } from './html/xhtml.ts';
import { OmittedText } from './omitted-text.ts';
import type { ZipArchive } from './open-zip.ts';
import { attribute, child, childrenNamed, descendantsNamed, parseXml, textOf } from './xml.ts';

/**
 * Reads an e-book (EPUB 2 and 3): its chapters in the order of the spine. The table of contents is left out.
 * @throws Unreadable if the book is encrypted or damaged.
 */
export function readEpub(zip: ZipArchive): DocumentContent {
  const part = (name: string) => {
    const bytes = zip.read(name);
    return bytes && parseXml(bytes);
  };
  const encrypted = descendantsNamed(part('META-INF/encryption.xml'), 'CipherReference').map(
    (file) => attribute(file, 'URI') ?? '',
  );
  if (encrypted.some((file) => /\.x?html?$/i.test(file))) throw new Unreadable('encrypted');
  const path = attribute(descendantsNamed(part('META-INF/container.xml'), 'rootfile')[0], 'full-path');
  const book = path === undefined ? undefined : part(path);
  if (path === undefined || book === undefined) throw new Unreadable('a damaged e-book');
  const items = new Map(childrenNamed(child(book, 'manifest'), 'item').map((item) => [attribute(item, 'id'), item]));
  const sections: DocumentContent['sections'] = [];
  const omitted = new OmittedText();
  for (const reference of childrenNamed(child(book, 'spine'), 'itemref')) {
    const item = items.get(attribute(reference, 'idref'));
    const href = attribute(item, 'href');
    const bytes = href === undefined ? undefined : zip.read(posix.join(posix.dirname(path), unescaped(href)));
    if (bytes === undefined) continue;
    const chapter = readHtml(xhtmlAsHtml(decodeText(bytes)), { fragment: true });
    const text = chapter.sections.flatMap((section) => [...section.headings.slice(-1), section.text]).join('\n');
    if (/\bnav\b/.test(attribute(item, 'properties') ?? '')) omitted.add('contents', text);
    else sections.push(...chapter.sections);
    for (const omission of chapter.omitted ?? []) omitted.addAll(omission);
  }
  const title = textOf(child(book, 'metadata', 'title')).trim();
  return { title: title || undefined, sections, omitted: omitted.omissions };
}

function unescaped(href: string): string {
  try {
    return decodeURIComponent(href.split('#')[0] ?? href);
  } catch {
    return href;
  }
}
