import type { Reading } from './reading.ts';

/** Plain text: one section, no headings. */
export function readText(text: string): Reading {
  return { title: undefined, sections: [{ headings: [], text }] };
}
