import type { Section } from '../../contracts/corpus.ts';
import { cleanText } from './clean-text.ts';

/** What a reader extracts from a file. */
export interface DocumentContent {
  /** The title that the document itself gives; undefined if it gives none. */
  readonly title: string | undefined;
  /** Text may still have to be cleaned (`cleanText`). */
  readonly sections: Section[];
}

/**
 * Thrown for a file that cannot be read. The message is a phrase about the file: `encrypted`, `no readable text layer`.
 */
export class Unreadable extends Error {
  override readonly name = 'Unreadable';
}

/** Collects the headings and text blocks of a document, in order, into sections with heading paths. */
export class SectionBuilder {
  readonly #sections: Section[] = [];
  #path: { level: number; text: string }[] = [];
  #blocks: string[] = [];
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
    this.#blocks.push(block);
  }

  /** Ends the document. Returns its sections, cleaned. */
  finish(): Section[] {
    this.#close({ keepEmpty: true });
    return this.#sections;
  }

  #close({ keepEmpty }: { keepEmpty: boolean }): void {
    const text = cleanText(this.#blocks.join('\n\n'));
    if (text !== '' || (keepEmpty && this.#headingWithoutText)) {
      this.#sections.push({ headings: this.#path.map((heading) => heading.text), text });
    }
    this.#blocks = [];
    this.#headingWithoutText = false;
  }
}
