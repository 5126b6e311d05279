import type { PDFPageProxy } from 'pdfjs-dist/legacy/build/pdf.mjs';
import { ContentInterpreter, type Drawn } from './content-interpreter.ts';
import type { FontText } from './font-text.ts';
import type { Glyph, PageContent } from './glyph.ts';

/** Images and drawings smaller than this share of a page are taken for decoration. */
const PICTURE_SHARE = 0.03;
/** Pages with more paths than this may hold text as outlines. */
const MANY_PATHS = 150;

/**
 * The text of a page, glyph by glyph.
 * @param isVisible whether a layer (optional content) is displayed.
 */
export async function pageContent(
  page: PDFPageProxy,
  fontText: FontText,
  isVisible: (layer: unknown) => boolean,
): Promise<PageContent> {
  const { fnArray, argsArray } = await page.getOperatorList();
  const interpreter = new ContentInterpreter(page, isVisible);
  for (const [i, operator] of fnArray.entries()) interpreter.run(operator, argsArray[i] ?? [], i);
  for (const { font, glyph } of interpreter.drawn) fontText.learn(font, glyph);
  const glyphs: Glyph[] = [];
  const hidden: Glyph[] = [];
  let last: Drawn | undefined;
  for (const drawn of interpreter.drawn) {
    const { font, glyph, isHidden, isOutside, ...place } = drawn;
    // Of a line that runs off the page, the rest is kept: it is no text of its own.
    const isKept = !isHidden && (!isOutside || (last !== undefined && continuesLine(last, drawn)));
    (isKept ? glyphs : hidden).push({ ...place, text: fontText.textOf(font, glyph) });
    last = isKept ? drawn : undefined;
  }
  const { width, height } = page.getViewport({ scale: 1 });
  const hasPicture = interpreter.largestArea > PICTURE_SHARE * width * height || interpreter.paths > MANY_PATHS;
  return { width, height, glyphs, hidden, hasPicture };
}

/** Whether a glyph stands directly after another one. */
function continuesLine(last: Drawn, { x, y, size }: Drawn): boolean {
  const turn = (last.angle * Math.PI) / 180;
  const endX = last.x + last.advance * Math.cos(turn);
  const endY = last.y + last.advance * Math.sin(turn);
  return Math.hypot(x - endX, y - endY) < size;
}
