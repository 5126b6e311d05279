import type { Line, PageLines } from './page-lines.ts';

/** Text this many times as high as most of the document is a watermark if it is across the page, or overprinted. */
const LARGE = 2;

/**
 * Separates the watermarks of a document from the labels beside and across its pages. A watermark is large or faint
 * text across the page or under other text, or such text that is repeated; what is none is kept.
 * @param body the font height of most text.
 */
export function separateWatermarks(pages: readonly PageLines[], body: number) {
  const counts = new Map<string, number>();
  for (const page of pages) for (const { text } of candidatesOf(page)) counts.set(text, (counts.get(text) ?? 0) + 1);
  const isWatermark = (line: Line) =>
    line.faint || line.size >= LARGE * body || (counts.get(line.text) ?? 0) >= Math.max(2, pages.length / 2);
  return pages.map((page) => {
    const candidates = candidatesOf(page);
    const watermarks = candidates.filter(isWatermark);
    return {
      watermarks,
      labels: [...page.others.filter((line) => !isSlanted(line)), ...candidates.filter((line) => !isWatermark(line))],
    };
  });
}

function candidatesOf({ others, overprinted }: PageLines): Line[] {
  return [...others.filter(isSlanted), ...overprinted];
}

function isSlanted({ angle }: Line): boolean {
  const quarter = Math.round(angle / 90) * 90;
  return Math.abs(angle - quarter) > 6;
}
