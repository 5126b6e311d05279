import type { Line } from './page-lines.ts';

/** Dots, or other signs, that lead from an entry to its page. */
const LEADER = /\s*(?:[.·․‥…⋯．・‧∙⋅_][\s]?){4,}\s*/u;

/**
 * Tables of contents: entries with dots that lead to a page number. An entry whose title stands elsewhere in the
 * document is left out; of the others the dots are.
 * @returns the lines that remain, and the entries that are left out.
 */
export function withoutContents(pages: readonly (readonly Line[])[]): { pages: Line[][]; entries: Line[] } {
  const titles = new Set(pages.flat().flatMap(({ text }) => (LEADER.test(text) ? [] : [normalised(text)])));
  const entries: Line[] = [];
  const remaining = pages.map((lines) =>
    lines.flatMap((line) => {
      const [title = '', page, ...more] = line.text.split(LEADER);
      if (page === undefined) return [line];
      const isEntry = more.length === 0 && /^(?:[A-Z]-?)?(?:\d+|[ivxlc]+)(?:[-–.]\d+)*$/i.test(page.trim());
      if (isEntry && titles.has(normalised(title))) {
        entries.push(line);
        return [];
      }
      return [{ ...line, text: line.text.replace(new RegExp(LEADER, 'gu'), ' … ').trim(), isAlone: true }];
    }),
  );
  return { pages: remaining, entries };
}

function normalised(text: string): string {
  return text.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, '');
}
