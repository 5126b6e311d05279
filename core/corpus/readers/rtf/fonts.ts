import iconv from 'iconv-lite';

/** Code pages by the character set of a font (`fcharset`). */
const CODE_PAGES: Readonly<Record<number, number>> = {
  0: 1252,
  77: 10000,
  128: 932,
  129: 949,
  134: 936,
  136: 950,
  161: 1253,
  162: 1254,
  163: 1258,
  177: 1255,
  178: 1256,
  186: 1257,
  204: 1251,
  222: 874,
  238: 1250,
  254: 437,
  255: 437,
};
const SYMBOLS = 2;
/** Names of code pages in iconv-lite, other than `cp1252` and the like. */
const ENCODINGS: Readonly<Record<number, string>> = {
  936: 'gb18030',
  950: 'big5-hkscs',
  10000: 'macroman',
  65001: 'utf-8',
};

interface Font {
  name: string;
  codePage: number | undefined;
  isSymbols: boolean;
}

/** The fonts of an RTF file, which say in what encoding its bytes are. */
export class RtfFonts {
  readonly #fonts = new Map<number, Font>();
  /** Of the whole file (`ansicpg`). */
  codePage = 1252;

  /** Reads a control word or a part of the name in the table of fonts. */
  define(
    number: number,
    { word, value, name = '' }: { word?: string; value?: number | undefined; name?: string },
  ): void {
    const font = this.#fonts.get(number) ?? { name: '', codePage: undefined, isSymbols: false };
    this.#fonts.set(number, font);
    font.name += name.replace(/;.*/, '');
    if (word === 'cpg') font.codePage = value;
    if (word !== 'fcharset' || value === undefined) return;
    font.isSymbols = value === SYMBOLS;
    font.codePage ??= CODE_PAGES[value];
  }

  /** The name of a font of symbols; undefined for a font of letters. */
  symbols(number: number): string | undefined {
    const font = this.#fonts.get(number);
    return font?.isSymbols || /^(?:symbol|wingdings)/i.test(font?.name.trim() ?? '') ? font?.name.trim() : undefined;
  }

  /** The text of bytes in a font. Those of a font of symbols are in the private use area, as Word has them. */
  decode(bytes: string, number: number): string {
    if (this.symbols(number) !== undefined)
      return bytes.replace(/[!-\xff]/g, (char) => String.fromCharCode(0xf000 + char.charCodeAt(0)));
    if (!/[\x80-\xff]/.test(bytes)) return bytes;
    const codePage = this.#fonts.get(number)?.codePage ?? this.codePage;
    const encoding = ENCODINGS[codePage] ?? `cp${codePage}`;
    return iconv.decode(Buffer.from(bytes, 'latin1'), iconv.encodingExists(encoding) ? encoding : 'cp1252');
  }
}
