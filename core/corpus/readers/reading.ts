import type { Section } from '../../contracts/corpus.ts';

/** What a reader gets out of one file; the text of each section is not yet cleaned where the reader says so. */
export interface Reading {
  /** The document's own title, if it has one. */
  readonly title: string | undefined;
  readonly sections: Section[];
}

/** A file that cannot be read for a reason a person understands: `no text layer`, `encrypted`. */
export class Unreadable extends Error {
  override readonly name = 'Unreadable';
}
