import type { RtfBlocks } from './blocks.ts';

/** What a group has of its own; an inner group begins with the same, but for the last two. */
export interface Group {
  /** Where its text goes. */
  readonly destination: 'text' | 'none' | 'fonts' | 'styles' | 'instruction' | 'marker' | 'math' | 'value';
  readonly font: number;
  /** Characters after a `\u` for programs that know no Unicode. */
  readonly fallback: number;
  readonly isHidden: boolean;
  readonly isBold: boolean;
  readonly style: number | undefined;
  readonly basedOn: number | undefined;
  readonly outline: number | undefined;
  readonly listLevel: number;
  /** Indents of all lines, and of the first one beside that, in twentieths of a point. */
  readonly indent: number;
  readonly firstIndent: number;
  /** 0 outside of tables, 1 in a table, 2 in a table in it. */
  readonly tableLevel: number;
  /** What its text is added to: the body, or a note, text box or header. */
  readonly into: RtfBlocks;
  /** Notes, text boxes and parts of formulas that it is in. */
  readonly depth: number;
  /** What it becomes when it ends. */
  readonly end?: (() => void) | undefined;
  /** Whether it has the same text for old programs and for those that know Unicode. */
  readonly hasTwoTexts?: boolean;
}

/** What a paragraph begins with. */
export const NEW_PARAGRAPH = {
  style: undefined,
  outline: undefined,
  listLevel: 0,
  indent: 0,
  firstIndent: 0,
  tableLevel: 0,
};

/** What a file begins with. */
export function outermostGroup(into: RtfBlocks): Group {
  return {
    ...NEW_PARAGRAPH,
    destination: 'text',
    font: 0,
    fallback: 1,
    isHidden: false,
    isBold: false,
    depth: 0,
    basedOn: undefined,
    into,
  };
}
