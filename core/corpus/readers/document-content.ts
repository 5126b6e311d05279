import type { Doubt, Omission, Section, Table } from '../../contracts/corpus.ts';
import { cleanLines, cleanText } from './clean-text.ts';

/** What a reader extracts from a file. */
export interface DocumentContent {
  /** The title that the document itself gives; undefined if it gives none. */
  readonly title: string | undefined;
  /** Text may still have to be cleaned (`cleanText`). */
  readonly sections: Section[];
  /** Text that the reader left out; default: none. */
  readonly omitted?: readonly Omission[];
  /** What the reader is not sure of, beside what `findDoubts` finds in the text; default: nothing. */
  readonly doubts?: readonly Doubt[];
}

/**
 * Thrown for a file that cannot be read. The message is a phrase about the file: `encrypted`, `no readable text layer`.
 */
export class Unreadable extends Error {
  override readonly name = 'Unreadable';
}

interface Block {
  /** Clean, without empty lines around it. */
  readonly text: string;
  /** Of a table. */
  readonly headerRows?: number;
}

/** Collects the headings and text blocks of a document, in order, into sections with heading paths. */
export class SectionBuilder {
  readonly #sections: Section[] = [];
  #path: { level: number; text: string }[] = [];
  #blocks: Block[] = [];
  #headingWithoutText = false;

  /** Starts a section. Level 1 is the outermost; levels may be skipped. An empty heading is ignored. */
  heading(level: number, text: string): void {
    const heading = cleanText(text).replace(/\s+/g, ' ');
    if (heading === '') return;
    // A heading without text is part of the paths of deeper headings. Without any, it becomes a section of its own.
    const deeper = level > (this.#path.at(-1)?.level ?? 0);
    this.#close({ keepEmpty: !deeper });
    this.#path = [...this.#path.filter((outer) => outer.level < level), { level, text: heading }];
    this.#headingWithoutText = true;
  }

  /** Adds a block of text to the current section. */
  text(block: string): void {
    const text = cleanLines(block).replace(/^\n+|\n+$/g, '');
    if (text.trim() !== '') this.#blocks.push({ text });
  }

  /**
   * Adds a table to the current section.
   * @param rows The cells of each row. Line ends in a cell become spaces; an empty cell keeps its column.
   * @param headerRows How many of the first rows name the columns.
   */
  table(rows: readonly (readonly string[])[], headerRows: number): void {
    const lines = rows.map((cells) =>
      cells
        .map((cell) => cleanText(cell).replace(/\s+/g, ' '))
        .join(' | ')
        .trimEnd(),
    );
    if (lines.some((line) => /[^\s|]/.test(line))) this.#blocks.push({ text: lines.join('\n'), headerRows });
  }

  /** Ends the document. Returns its sections, cleaned. */
  finish(): Section[] {
    this.#close({ keepEmpty: true });
    return this.#sections;
  }

  #close({ keepEmpty }: { keepEmpty: boolean }): void {
    const text = cleanText(this.#blocks.map((block) => block.text).join('\n\n'));
    if (text !== '' || (keepEmpty && this.#headingWithoutText)) {
      const tables = this.#tables();
      const headings = this.#path.map((heading) => heading.text);
      this.#sections.push({ headings, text, ...(tables.length > 0 && { tables }) });
    }
    this.#blocks = [];
    this.#headingWithoutText = false;
  }

  /** Where the tables among the blocks are in the text of the section. */
  #tables(): Table[] {
    const tables: Table[] = [];
    let line = 0;
    for (const { text, headerRows } of this.#blocks) {
      const rows = text.split('\n').length;
      if (headerRows !== undefined) tables.push({ line, rows, headerRows });
      // An empty line separates the blocks.
      line += rows + 1;
    }
    return tables;
  }
}
