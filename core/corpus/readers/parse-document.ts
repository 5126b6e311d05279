import type { Document, Reading, Section } from '../../contracts/corpus.ts';
import { contentId } from '../../primitives/hash.ts';
import { detectLanguage } from '../detect-language.ts';
import { cleanText } from './clean-text.ts';
import { detectMedia } from './detect-media.ts';
import { type DocumentContent, Unreadable } from './document-content.ts';
import { findDoubts } from './find-doubts.ts';
import { countCharacters } from './omitted-text.ts';
import { readContent } from './read-content.ts';

const MAX_TEXT_CHARACTERS = 16 * 2 ** 20;
const MAX_SECTIONS = 50_000;

/**
 * Parses a file of any supported type into clean text under headings.
 * @param path the name of the document. Nothing is read from there; its extension is a hint at the type.
 * @throws Unreadable if the file is not a document that can be read.
 */
export async function parseDocument(bytes: Uint8Array, path: string): Promise<Document> {
  const media = detectMedia(bytes, path);
  const content = await readContent(media, bytes, path);
  const sections = content.sections
    .map(({ text, ...section }) => ({ ...section, text: cleanText(text) }))
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
      cleanText(content.title ?? '')
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
    reading: readingOf(content, sections),
  };
}

function readingOf({ omitted = [], doubts = [] }: DocumentContent, sections: readonly Section[]): Reading {
  const text = sections.flatMap((section) => [...section.headings.slice(-1), section.text]).join('\n');
  return { characters: countCharacters(text), omitted: [...omitted], doubts: [...doubts, ...findDoubts(text)] };
}
