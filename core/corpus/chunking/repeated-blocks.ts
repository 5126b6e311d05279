import { posix } from 'node:path';
import type { Document, Omission, Section, Table } from '../../contracts/corpus.ts';
import { sha256 } from '../../primitives/hash.ts';
import { eventLoopYielder } from '../../primitives/yield-to-event-loop.ts';
import { countCharacters, sampleOf } from '../readers/omitted-text.ts';

/** Pages of a folder that a block is on, at least, to count as a part of the site. */
const LEAST_PAGES = 3;
/** And the share of the pages of the folder. */
const LEAST_SHARE = 1 / 2;
/** A block of this many letters and digits that ends like a sentence may be a warning that each page has to have. */
const SENTENCE_CHARACTERS = 40;

interface Folder {
  pages: number;
  /** Pages that a block is on, and the first of them, by the hash of the block. */
  readonly blocks: Map<number, { pages: number; readonly first: string }>;
}

interface Block {
  /** Index of its first line in the section, from 0. */
  readonly line: number;
  readonly text: string;
}

/**
 * Paragraphs, lists and headings that web pages of the same folder share: menus, banners, footers. They are on at least
 * three pages and on at least half of the pages of the folder. Whole sentences among them stay on the first page, so
 * that no text is lost that is about something. Only hashes of the blocks are kept.
 */
export class RepeatedBlocks {
  readonly #folders = new Map<string, Folder>();

  private constructor() {}

  /** Counts the blocks of all documents. Yields to the event loop between documents. */
  static async of(
    documents: Iterable<Document> | AsyncIterable<Document>,
    signal?: AbortSignal,
  ): Promise<RepeatedBlocks> {
    const repeated = new RepeatedBlocks();
    const yieldToEventLoop = eventLoopYielder(signal);
    for await (const document of documents) {
      repeated.#count(document);
      await yieldToEventLoop();
    }
    return repeated;
  }

  /** As `without`, one document after the other. */
  *withoutThem(documents: Iterable<Document>): Generator<Document> {
    for (const document of documents) yield this.without(document);
  }

  /** The document without the blocks that other pages have, too. What is left out is added to its reading. */
  without(document: Document): Document {
    const folder = document.media === 'html' ? this.#folders.get(folderOf(document.path)) : undefined;
    if (folder === undefined || folder.pages < LEAST_PAGES) return document;
    const isRepeated = (text: string) => this.#isRepeated(folder, text, document.path);
    const left: string[] = [];
    const sections = document.sections.flatMap((section) => {
      const blocks = blocksOf(section.text);
      const kept = blocks.filter(({ text }) => !isRepeated(text));
      if (kept.length === blocks.length) return [section];
      left.push(...blocks.filter((block) => !kept.includes(block)).map(({ text }) => text));
      // A heading of nothing but text that is left out is left out with it.
      if (kept.length > 0) return [withBlocks(section, kept)];
      left.push(section.headings.at(-1) ?? '');
      return [];
    });
    return left.length === 0 ? document : { ...document, sections, reading: reading(document, left) };
  }

  #count(document: Document): void {
    if (document.media !== 'html') return;
    const name = folderOf(document.path);
    const folder: Folder = this.#folders.get(name) ?? { pages: 0, blocks: new Map() };
    this.#folders.set(name, folder);
    folder.pages += 1;
    for (const hash of new Set(
      document.sections.flatMap(({ text }) => blocksOf(text).map((block) => hashOf(block.text))),
    )) {
      const counted = folder.blocks.get(hash);
      if (counted) counted.pages += 1;
      else folder.blocks.set(hash, { pages: 1, first: document.path });
    }
  }

  #isRepeated(folder: Folder, text: string, path: string): boolean {
    const { pages = 0, first } = folder.blocks.get(hashOf(text)) ?? {};
    if (pages < LEAST_PAGES || pages < folder.pages * LEAST_SHARE) return false;
    const isSentence = /[.!?。！？]["'”’」』)）]?$/.test(text) && countCharacters(text) >= SENTENCE_CHARACTERS;
    return !(isSentence && first === path);
  }
}

/** Sites have a folder for each page, with an index.html in it: such a page is a page of the folder above. */
function folderOf(path: string): string {
  return posix.dirname(path.replace(/\/index\.x?html?$/i, ''));
}

function blocksOf(text: string): Block[] {
  const blocks: Block[] = [];
  let line = 0;
  for (const block of text.split('\n\n')) {
    if (block !== '') blocks.push({ line, text: block });
    line += block.split('\n').length + 1;
  }
  return blocks;
}

/** White space does not distinguish blocks. */
function hashOf(text: string): number {
  return Number.parseInt(sha256(text.replace(/\s+/g, ' ')).slice(0, 12), 16);
}

function withBlocks(section: Section, kept: readonly Block[]): Section {
  const { tables: before = [], ...rest } = section;
  const tables: Table[] = [];
  let line = 0;
  for (const block of kept) {
    const lines = block.text.split('\n').length;
    for (const table of before)
      if (table.line >= block.line && table.line < block.line + lines)
        tables.push({ ...table, line: table.line - block.line + line });
    line += lines + 1;
  }
  const text = kept.map((block) => block.text).join('\n\n');
  return { ...rest, text, ...(tables.length > 0 && { tables }) };
}

function reading({ reading: before }: Document, left: readonly string[]): Document['reading'] {
  const characters = left.reduce((sum, text) => sum + countCharacters(text), 0);
  const omission: Omission = { reason: 'repeated', characters, sample: sampleOf(left[0] ?? '') };
  return { ...before, characters: before.characters - characters, omitted: [...before.omitted, omission] };
}
