import type { Section } from '../../contracts/corpus.ts';
import { cleanText } from './clean-text.ts';

/** Gathers the blocks of a document, in order, into sections under their heading paths. */
export class SectionBuilder {
  readonly #sections: Section[] = [];
  #path: { level: number; text: string }[] = [];
  #blocks: string[] = [];
  #awaitsText = false;

  /** `level` is 1 for the outermost heading; levels may be jumped over. An empty heading is none. */
  heading(level: number, text: string): void {
    const heading = cleanText(text).replace(/\s+/g, ' ');
    if (heading === '') return;
    // A heading with only deeper headings below it stands in their paths; one that is a leaf would be lost.
    const deeper = level > (this.#path.at(-1)?.level ?? 0);
    this.#close({ keepEmpty: !deeper });
    this.#path = [...this.#path.filter((outer) => outer.level < level), { level, text: heading }];
    this.#awaitsText = true;
  }

  text(block: string): void {
    this.#blocks.push(block);
  }

  finish(): Section[] {
    this.#close({ keepEmpty: true });
    return this.#sections;
  }

  #close({ keepEmpty }: { keepEmpty: boolean }): void {
    const text = cleanText(this.#blocks.join('\n\n'));
    if (text !== '' || (keepEmpty && this.#awaitsText)) {
      this.#sections.push({ headings: this.#path.map((heading) => heading.text), text });
    }
    this.#blocks = [];
    this.#awaitsText = false;
  }
}
