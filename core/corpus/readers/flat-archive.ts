import type { Document } from '../../contracts/corpus.ts';
import { decodeText } from '../../primitives/decode-text.ts';
import type { ZipArchive } from './open-zip.ts';

/** A part of a package in one file ("Flat OPC"). */
const PART = /<pkg:part\s[^>]*\bpkg:name="([^"]+)"[^>]*>\s*<pkg:(xmlData|binaryData)[^>]*>([\s\S]*?)<\/pkg:\2>/g;

/** What a document is that is one file of XML; undefined for another text. */
export function detectFlat(sample: string): Document['media'] | undefined {
  const [, root, attributes = ''] = /^\s*(?:<[?!][^>]*>\s*)*<((?:[a-z]+:)?[a-z]+)\b([^>]*)/i.exec(sample) ?? [];
  if (root === 'w:wordDocument') return 'docx';
  if (/^(?:\w+:)?Workbook$/.test(root ?? '') && /urn:schemas-microsoft-com:office:spreadsheet/.test(attributes))
    return 'xlsx';
  if (root === 'pkg:package') return /pkg:name="\/word\/|progid="Word\./.test(sample) ? 'docx' : undefined;
  return root === 'office:document' && /opendocument/.test(attributes) ? 'odf' : undefined;
}

/** Such a document as the archive that it stands for. */
export function flatArchive(bytes: Uint8Array): ZipArchive {
  const text = decodeText(bytes);
  const parts = new Map<string, Uint8Array>();
  for (const [, name = '', kind, content = ''] of text.matchAll(PART))
    parts.set(name.replace(/^\//, ''), Buffer.from(content, kind === 'xmlData' ? 'utf8' : 'base64'));
  // OpenDocument and Word 2003 have their parts below one root.
  if (parts.size === 0)
    for (const name of ['word/document.xml', 'content.xml', 'styles.xml', 'meta.xml']) parts.set(name, bytes);
  return { names: [...parts.keys()], read: (name) => parts.get(name) };
}
