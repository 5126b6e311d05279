import type { Line } from './pdf-lines.ts';

/** Lines at the top and at the bottom of a page among which repeated ones are looked for. */
const EDGE = 2;

/** Pages without the headers, footers and page numbers that come back, digits aside, on at least half of them (three or more). */
export function withoutRunningHeads(pages: readonly Line[][]): Line[][] {
  const counts = new Map<string, number>();
  for (const page of pages)
    for (const key of new Set(edges(page).map(([, key]) => key))) counts.set(key, (counts.get(key) ?? 0) + 1);
  const often = Math.max(3, pages.length / 2);
  return pages.map((page) => {
    const repeated = new Set(edges(page).flatMap(([line, key]) => ((counts.get(key) ?? 0) >= often ? [line] : [])));
    return page.filter((line) => !repeated.has(line));
  });
}

function edges(page: readonly Line[]): [Line, string][] {
  const byHeight = [...page].sort((a, b) => b.y - a.y);
  const top = byHeight.slice(0, EDGE);
  const bottom = byHeight.slice(Math.max(EDGE, byHeight.length - EDGE));
  const keyed =
    (place: string) =>
    (line: Line): [Line, string] => [line, `${place} ${line.text.replace(/\d+/g, '#')}`];
  return [...top.map(keyed('top')), ...bottom.map(keyed('bottom'))];
}
