import type { getDocumentProxy } from 'unpdf';

type Pdf = Awaited<ReturnType<typeof getDocumentProxy>>;

/** A line as it stands on the page; lengths in points, y upwards. */
export interface Line {
  readonly text: string;
  readonly x: number;
  readonly right: number;
  readonly y: number;
  /** Height of its letters. */
  readonly height: number;
}

/** The lines of every page, in the order in which the file draws them. */
export async function pdfPages(pdf: Pdf): Promise<Line[][]> {
  const pages: Line[][] = [];
  for (let number = 1; number <= pdf.numPages; number += 1) {
    const page = await pdf.getPage(number);
    const { items } = await page.getTextContent();
    pages.push(linesOf(items as readonly TextItem[]));
    page.cleanup();
  }
  return pages;
}

/** The part of pdf.js's text item that is used. */
interface TextItem {
  readonly str: string;
  readonly width: number;
  readonly height: number;
  readonly transform: readonly number[];
}

function linesOf(items: readonly TextItem[]): Line[] {
  const lines: Line[] = [];
  let open: { text: string; x: number; right: number; y: number; height: number } | undefined;
  const close = () => {
    if (open !== undefined && open.text.trim() !== '')
      lines.push({ ...open, text: open.text.replace(/\s+/g, ' ').trim() });
    open = undefined;
  };
  for (const item of items) {
    if (item.str === '') continue;
    const x = item.transform[4] ?? 0;
    const y = item.transform[5] ?? 0;
    // Superscripts and a table's cells stay on their line; what jumps by half a letter or back to the left does not.
    if (open && (Math.abs(y - open.y) > Math.max(open.height, item.height) * 0.6 || x < open.x - open.height)) close();
    const gap = open ? x - open.right : 0;
    if (open === undefined) open = { text: item.str, x, y, right: x + item.width, height: item.height };
    else {
      const spaced = gap > open.height * 0.2 && !/\s$/.test(open.text) && !/^\s/.test(item.str);
      open.text += spaced ? ` ${item.str}` : item.str;
      if (item.str.trim() !== '') open.right = Math.max(open.right, x + item.width);
      open.height = Math.max(open.height, item.height);
    }
  }
  close();
  return lines;
}
