import { OPS, type PDFPageProxy } from 'pdfjs-dist/legacy/build/pdf.mjs';
import type { PdfFont, PdfGlyph } from './font-text.ts';
import type { Glyph } from './glyph.ts';
import { apply, type Box, IDENTITY, intersection, type Matrix, mappedBox, multiply } from './matrix.ts';

/** Relative luminance from which, and opacity up to which, text is faint. */
const FAINT_LUMINANCE = 0.6;
const FAINT_OPACITY = 0.6;

/** The part of PDF's graphics state (ISO 32000, 8.4 and 9.3) that places and colours text. */
interface State {
  readonly ctm: Matrix;
  /** In points of the displayed page. */
  readonly clip: Box;
  readonly font: PdfFont;
  readonly fontSize: number;
  readonly charSpacing: number;
  readonly wordSpacing: number;
  readonly scale: number;
  readonly leading: number;
  readonly rise: number;
  readonly opacity: number;
  readonly luminance: number;
}

// biome-ignore lint/suspicious/noExplicitAny: pdf.js gives the arguments of operators without types.
type Arguments = any;

export interface Drawn extends Omit<Glyph, 'text'> {
  readonly font: PdfFont;
  readonly glyph: PdfGlyph;
  /** Whether it is on a layer that is switched off. */
  readonly isHidden: boolean;
  /** Whether it is outside of the page and of the clipping path. */
  readonly isOutside: boolean;
}

/** Runs the operators of a page, as pdf.js gives them, and notes what they draw. */
export class ContentInterpreter {
  readonly #page: PDFPageProxy;
  readonly #isVisible: (layer: unknown) => boolean;
  readonly #initial: State;
  #state: State;
  readonly #stack: State[] = [];
  #pathClips = false;
  #textMatrix: Matrix = IDENTITY;
  /** Positions in text space: of the line's start, and of the next glyph. */
  #line = { x: 0, y: 0 };
  #pen = { x: 0, y: 0 };
  readonly #layers: boolean[] = [];
  /** The glyphs of the page, in the order in which they are drawn. */
  readonly drawn: Drawn[] = [];
  /** Number of paths. */
  paths = 0;
  /** Of the largest image or other scaled content, in square points. */
  largestArea = 0;

  constructor(page: PDFPageProxy, isVisible: (layer: unknown) => boolean) {
    this.#page = page;
    this.#isVisible = isVisible;
    const { transform, width, height } = page.getViewport({ scale: 1 });
    this.#initial = {
      ctm: asMatrix(transform),
      clip: { left: 0, top: 0, right: width, bottom: height },
      font: {},
      fontSize: 0,
      charSpacing: 0,
      wordSpacing: 0,
      scale: 1,
      leading: 0,
      rise: 0,
      opacity: 1,
      luminance: 0,
    };
    this.#state = this.#initial;
  }

  run(operator: number, args: Arguments, index: number): void {
    this.#handlers[operator]?.(args, index);
  }

  /** By operator (ISO 32000, annex A, under the names of pdf.js). */
  readonly #handlers: Readonly<Record<number, (args: Arguments, index: number) => void>> = {
    [OPS.save]: () => this.#save(),
    [OPS.restore]: () => this.#restore(),
    [OPS.beginGroup]: () => this.#save(),
    [OPS.endGroup]: () => this.#restore(),
    [OPS.transform]: (matrix) => this.#transform(matrix),
    [OPS.paintFormXObjectBegin]: ([matrix, box]) => {
      this.#save();
      this.#transform(matrix);
      this.#clip(box);
    },
    [OPS.paintFormXObjectEnd]: () => this.#restore(),
    [OPS.beginAnnotation]: ([, , placing, matrix]) => {
      this.#save();
      this.#state = this.#initial;
      this.#transform(placing);
      this.#transform(matrix);
    },
    [OPS.endAnnotation]: () => this.#restore(),
    [OPS.clip]: () => {
      this.#pathClips = true;
    },
    [OPS.eoClip]: () => {
      this.#pathClips = true;
    },
    [OPS.constructPath]: ([, , box]) => this.#path(box),
    [OPS.setGState]: ([parameters]) => this.#setParameters(parameters),
    [OPS.setFillRGBColor]: ([color]) => this.#set({ luminance: luminanceOf(color) }),
    [OPS.setFillColorN]: () => this.#set({ luminance: 0 }),
    [OPS.beginMarkedContentProps]: ([tag, layer]) => this.#layers.push(tag !== 'OC' || this.#isVisible(layer)),
    [OPS.beginMarkedContent]: () => this.#layers.push(true),
    [OPS.endMarkedContent]: () => this.#layers.pop(),
    [OPS.beginText]: () => {
      this.#textMatrix = IDENTITY;
      this.#startLine(0, 0);
    },
    [OPS.setFont]: ([id, size]) => this.#setFont(id, size),
    [OPS.setCharSpacing]: ([charSpacing]) => this.#set({ charSpacing }),
    [OPS.setWordSpacing]: ([wordSpacing]) => this.#set({ wordSpacing }),
    [OPS.setHScale]: ([percent]) => this.#set({ scale: percent / 100 }),
    [OPS.setLeading]: ([leading]) => this.#set({ leading }),
    [OPS.setTextRise]: ([rise]) => this.#set({ rise }),
    [OPS.setTextMatrix]: ([matrix]) => {
      this.#textMatrix = asMatrix(matrix);
      this.#startLine(0, 0);
    },
    [OPS.setLeadingMoveText]: ([x, y]) => {
      this.#set({ leading: -y });
      this.#startLine(this.#line.x + x, this.#line.y + y);
    },
    [OPS.moveText]: ([x, y]) => this.#startLine(this.#line.x + x, this.#line.y + y),
    [OPS.nextLine]: () => this.#startLine(this.#line.x, this.#line.y - this.#state.leading),
    [OPS.showText]: ([glyphs], index) => this.#show(glyphs, index),
  };

  #set(change: Partial<State>): void {
    this.#state = { ...this.#state, ...change };
  }

  #save(): void {
    this.#stack.push(this.#state);
  }

  #restore(): void {
    this.#state = this.#stack.pop() ?? this.#state;
  }

  #transform(matrix: ArrayLike<number> | null): void {
    if (!matrix) return;
    const ctm = multiply(asMatrix(matrix), this.#state.ctm);
    this.#set({ ctm });
    // Images, which are not in the list, fill the unit square.
    this.largestArea = Math.max(this.largestArea, Math.abs(ctm[0] * ctm[3] - ctm[1] * ctm[2]));
  }

  /** @param box left, bottom, right and top in user space; not finite for an empty path. */
  #clip(box: ArrayLike<number> | null): void {
    if (!box) return;
    const [x0 = 0, y0 = 0, x1 = 0, y1 = 0] = Array.from(box);
    if (![x0, y0, x1, y1].every(Number.isFinite)) return;
    this.#set({ clip: intersection(this.#state.clip, mappedBox(this.#state.ctm, [x0, y0, x1, y1])) });
  }

  #path(box: ArrayLike<number> | null): void {
    this.paths += 1;
    if (this.#pathClips) this.#clip(box);
    this.#pathClips = false;
  }

  #setParameters(parameters: [string, Arguments][]): void {
    for (const [key, value] of parameters) {
      if (key === 'Font') this.#setFont(value[0], value[1]);
      else if (key === 'ca') this.#set({ opacity: value });
    }
  }

  #setFont(id: string, fontSize: number): void {
    const { commonObjs } = this.#page;
    this.#set({ font: commonObjs.has(id) ? (commonObjs.get(id) as PdfFont) : {}, fontSize });
  }

  #startLine(x: number, y: number): void {
    this.#line = { x, y };
    this.#pen = { x, y };
  }

  #show(glyphs: readonly (PdfGlyph | number)[], operator: number): void {
    const { font, fontSize, charSpacing, wordSpacing, scale } = this.#state;
    const unit = fontSize * (font.fontMatrix?.[0] ?? 0.001);
    for (const glyph of glyphs) {
      if (typeof glyph === 'number') {
        this.#advance(-(glyph / 1000) * fontSize);
        continue;
      }
      const spacing = charSpacing + (glyph.isSpace ? wordSpacing : 0);
      const width = unit * (font.vertical ? (glyph.vmetric?.[0] ?? -1000) : glyph.width);
      this.#draw(glyph, font.vertical ? 0 : width * scale, font.vertical ? width : 0, operator);
      this.#advance(width + spacing);
    }
  }

  #advance(length: number): void {
    if (this.#state.font.vertical) this.#pen.y += length;
    else this.#pen.x += length * this.#state.scale;
  }

  /** @param dx, dy the glyph's advance in text space. */
  #draw(glyph: PdfGlyph, dx: number, dy: number, operator: number): void {
    const { font, rise, ctm, luminance, opacity } = this.#state;
    const matrix = multiply(this.#textMatrix, ctm);
    const [x, y] = apply(matrix, this.#pen.x, this.#pen.y + rise);
    const [endX, endY] = apply(matrix, this.#pen.x + dx, this.#pen.y + rise + dy);
    // A glyph without an advance is directed as the line is.
    const [towardsX, towardsY] = apply(
      matrix,
      this.#pen.x + (font.vertical ? 0 : 1),
      this.#pen.y + rise - (font.vertical ? 1 : 0),
    );
    const size = this.#sizeOf(font) * Math.hypot(matrix[2], matrix[3]);
    const angle = (Math.atan2(towardsY - y, towardsX - x) * 180) / Math.PI;
    const middle = { x: (x + endX) / 2, y: (y + endY) / 2 };
    this.drawn.push({
      font,
      glyph,
      x,
      y,
      angle,
      advance: Math.hypot(endX - x, endY - y),
      size,
      faint: luminance > FAINT_LUMINANCE || opacity < FAINT_OPACITY,
      operator,
      isHidden: this.#layers.includes(false),
      isOutside: isOutside(middle, this.#state.clip, size),
    });
  }

  /** Height of the font in text space. */
  #sizeOf(font: PdfFont): number {
    const size = Math.abs(this.#state.fontSize);
    if (!font.isType3Font) return size;
    // The fonts of Type 3 have any unit.
    const height = Math.abs((font.bbox?.[3] ?? 0) - (font.bbox?.[1] ?? 0)) || 1000;
    return size * height * Math.abs(font.fontMatrix?.[3] ?? 0.001);
  }
}

function asMatrix(values: ArrayLike<number>): Matrix {
  const [a = 1, b = 0, c = 0, d = 1, e = 0, f = 0] = Array.from(values);
  return [a, b, c, d, e, f];
}

/** Relative luminance of `#rrggbb`, 0 to 1. */
function luminanceOf(color: string): number {
  const [r = 0, g = 0, b = 0] = (color.match(/[\da-f]{2}/gi) ?? []).map((part) => Number.parseInt(part, 16) / 255);
  return 0.21 * r + 0.72 * g + 0.07 * b;
}

/** Whether a point is more than a letter outside of a box. */
function isOutside({ x, y }: { x: number; y: number }, { left, top, right, bottom }: Box, size: number): boolean {
  return x < left - size || x > right + size || y < top - size || y > bottom + size;
}
