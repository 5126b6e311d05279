import type { Document } from '../../contracts/corpus.ts';
import { contentId } from '../../primitives/hash.ts';
import { detectLanguage } from '../detect-language.ts';
import { cleanText } from './clean-text.ts';
import { decodeText } from './decode-text.ts';
import { detectMedia } from './detect-media.ts';
import { readHtmlBytes } from './read-html.ts';
import { readMarkdown } from './read-markdown.ts';
import { readText } from './read-text.ts';
import { type Reading, Unreadable } from './reading.ts';

const MAX_TEXT_CHARACTERS = 16 * 2 ** 20;
const MAX_SECTIONS = 50_000;

/**
 * A file's bytes as clean text under headings; `path` is only its name (and a hint at its type).
 * @throws Unreadable with the reason why it is not a document.
 */
export async function parseDocument(bytes: Uint8Array, path: string): Promise<Document> {
  const media = detectMedia(bytes, path);
  const reading = await read(media, bytes);
  const sections = reading.sections
    .map(({ headings, text }) => ({ headings, text: cleanText(text) }))
    .filter(({ headings, text }) => text !== '' || headings.length > 0);
  const length = sections.reduce((sum, section) => sum + section.text.length, 0);
  if (sections.length === 0) throw new Unreadable('no text in it');
  if (length > MAX_TEXT_CHARACTERS) throw new Unreadable('holds more than 16 million characters of text');
  if (sections.length > MAX_SECTIONS) throw new Unreadable('holds more than 50,000 headings');
  const stem = (path.split('/').at(-1) ?? path).replace(/(?<=.)\.[^.]*$/, '');
  return {
    id: contentId(bytes),
    path,
    title:
      cleanText(reading.title ?? '')
        .replace(/\s+/g, ' ')
        .slice(0, 300) || stem,
    media,
    language: detectLanguage(
      sections
        .map((section) => section.text)
        .join('\n')
        .slice(0, 40_000),
    ),
    sections,
  };
}

async function read(media: Document['media'], bytes: Uint8Array): Promise<Reading> {
  switch (media) {
    case 'md':
      return readMarkdown(decodeText(bytes));
    case 'txt':
      return readText(decodeText(bytes));
    case 'html':
      return readHtmlBytes(bytes);
    // Large libraries that most corpora never need.
    case 'pdf':
      return (await import('./read-pdf.ts')).readPdf(bytes);
    case 'docx':
      return (await import('./read-docx.ts')).readDocx(bytes);
  }
}
