/** The fields of pdf.js's fonts (with `fontExtraProperties`) that are used. */
export interface PdfFont {
  readonly loadedName?: string;
  readonly vertical?: boolean;
  readonly isType3Font?: boolean;
  /** Glyph space to text space. */
  readonly fontMatrix?: readonly number[];
  /** In glyph space. */
  readonly bbox?: readonly number[];
  readonly defaultVMetrics?: readonly number[];
  /** A Type 0 font: its codes are those of a CMap. */
  readonly composite?: boolean;
}

/** The fields of pdf.js's glyphs that are used. Lengths are in thousandths of the font size. */
export interface PdfGlyph {
  readonly originalCharCode?: number;
  readonly unicode: string;
  readonly width: number;
  /** Advance downwards (negative), and the offset of the glyph's origin, in vertical writing. */
  readonly vmetric?: readonly [number, number, number] | null;
  readonly isSpace: boolean;
  readonly isInFont: boolean;
}

const REPLACEMENT = '\ufffd';
// biome-ignore lint/suspicious/noControlCharactersInRegex: what fonts give instead of letters.
const CONTROL = /[\u0000-\u0008\u000b\u000e-\u001f\u007f-\u009f\ufffe\uffff]/;
/** Shapes of Arabic and Hebrew letters, and of punctuation in vertical writing. */
const PRESENTATION_FORMS = /[\ufb1d-\ufdff\ufe70-\ufeff]/g;
const VERTICAL_FORMS = /[\ufe10-\ufe19\ufe30-\ufe48]/g;
/** What a text consists of if codes are characters; glyph numbers fall on all kinds of signs. */
const USUAL =
  /[\x20-\x7e\u00a0-\u017f\u2010-\u2027\u2030-\u203b\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\u3000-\u303f\uff00-\uffef]/u;

interface Seen {
  /** Codes whose character is another one, and these characters. */
  readonly mapped: Set<number>;
  readonly characters: Set<string>;
  readonly unmapped: Set<number>;
  usual: number;
  control: number;
}

/**
 * The text of glyphs. pdf.js takes the code of a glyph for its character where a font does not say which character it
 * is. These glyphs become U+FFFD, except if the codes of the font are characters.
 */
export class FontText {
  readonly #cMaps: ReadonlySet<string>;
  readonly #fonts = new Map<PdfFont, Seen>();

  /** @param cMaps the predefined CMaps that are used in the document. */
  constructor(cMaps: ReadonlySet<string>) {
    this.#cMaps = cMaps;
  }

  /** Notes the glyphs of a page, before their texts are asked for. */
  learn(font: PdfFont, glyph: PdfGlyph): void {
    if (!isUnsure(font, glyph)) {
      if (font.composite && glyph.originalCharCode !== undefined) {
        const { mapped, characters } = this.#of(font);
        mapped.add(glyph.originalCharCode);
        characters.add(glyph.unicode);
      }
      return;
    }
    const seen = this.#of(font);
    const code = glyph.originalCharCode ?? 0;
    if (seen.unmapped.has(code)) return;
    seen.unmapped.add(code);
    if (USUAL.test(glyph.unicode)) seen.usual += 1;
    if (CONTROL.test(glyph.unicode)) seen.control += 1;
  }

  textOf(font: PdfFont, glyph: PdfGlyph): string {
    const { unicode } = glyph;
    if (isUnsure(font, glyph) && !this.#codesAreCharacters(font) && !this.#isMapped(font, unicode)) return REPLACEMENT;
    if (CONTROL.test(unicode)) {
      // Fonts give the codes of spaces and of signs without a width no character of their own.
      if (glyph.isSpace || !glyph.isInFont) return ' ';
      return glyph.width === 0 ? '' : REPLACEMENT;
    }
    return unicode.replace(PRESENTATION_FORMS, normalised).replace(VERTICAL_FORMS, upright);
  }

  #codesAreCharacters(font: PdfFont): boolean {
    // Codes of predefined CMaps such as UniGB-UCS2-H are characters, in others those of ASCII are.
    if ([...this.#cMaps].some((name) => !name.startsWith('Adobe-'))) return true;
    const { mapped, unmapped, usual, control } = this.#of(font);
    return unmapped.size > mapped.size && control === 0 && usual > unmapped.size * 0.9;
  }

  /**
   * Whether a code is the one of its character by chance, as where a program numbers glyphs by their first use: nearly
   * all other codes of the font are mapped, and none of them to this character. fpdf2 leaves spaces their codes.
   */
  #isMapped(font: PdfFont, character: string): boolean {
    const { mapped, unmapped, characters } = this.#of(font);
    if (characters.has(character)) return false;
    return mapped.size >= (character === ' ' ? 1 : 3 * (unmapped.size - (unmapped.has(0x20) ? 1 : 0)));
  }

  #of(font: PdfFont): Seen {
    let seen = this.#fonts.get(font);
    if (!seen) {
      seen = { mapped: new Set(), characters: new Set(), unmapped: new Set(), usual: 0, control: 0 };
      this.#fonts.set(font, seen);
    }
    return seen;
  }
}

/**
 * Whether the character may be a mere code. In
 * simple fonts, codes that pdf.js does not know are control characters.
 */
function isUnsure(font: PdfFont, { unicode, originalCharCode, isSpace }: PdfGlyph): boolean {
  return font.composite === true && !isSpace && unicode.length === 1 && unicode.charCodeAt(0) === originalCharCode;
}

function normalised(form: string): string {
  // Isolated vowel signs have a space as their carrier.
  return form.normalize('NFKC').trim();
}

function upright(form: string): string {
  const plain = form.normalize('NFKC');
  return /^[!-~]$/.test(plain) ? String.fromCharCode(plain.charCodeAt(0) + 0xfee0) : plain;
}
