import { hex } from 'dingbat-to-unicode';
import { attribute, type XmlElement } from '../xml.ts';

/** The arrows of Wingdings have characters of their own, which few fonts and models know. */
const ORDINARY_ARROWS: Readonly<Record<string, string>> = {
  '🡨': '←',
  '🡪': '→',
  '🡩': '↑',
  '🡫': '↓',
  '🡄': '←',
  '🡆': '→',
  '🡅': '↑',
  '🡇': '↓',
};
const SYMBOL_FONT = /^(?:Symbol|Wingdings(?: [23])?|Webdings|ZapfDingbats)$/i;

/** A character of a font of symbols, by the element `sym`. */
export function symbolOf(element: XmlElement): string {
  return symbol(attribute(element, 'font') ?? '', attribute(element, 'char') ?? '');
}

/**
 * Text in a font of symbols. Such fonts have their characters at U+F000, in the private use area; of text, only those
 * and, in the font Symbol, letters are replaced.
 * @param fonts the fonts of a run (`rFonts`).
 */
export function symbolText(text: string, fonts: XmlElement | undefined): string {
  const font = ['ascii', 'hAnsi'].map((name) => attribute(fonts, name) ?? '').find((name) => SYMBOL_FONT.test(name));
  if (font === undefined) return text;
  const pattern = /^symbol$/i.test(font) ? /[a-z\u{f020}-\u{f0ff}]/giu : /[\u{f020}-\u{f0ff}]/gu;
  return text.replace(pattern, (char) => symbol(font, (char.codePointAt(0) ?? 0).toString(16)) || char);
}

/** @param code in hexadecimal. */
export function symbol(font: string, code: string): string {
  const found =
    hex(font, code.toUpperCase()) ?? (/^F0/i.test(code) ? hex(font, code.slice(2).toUpperCase()) : undefined);
  const number = Number.parseInt(code, 16);
  const text = found?.string ?? (number > 0x20 && number < 0xe000 ? String.fromCodePoint(number) : '');
  return ORDINARY_ARROWS[text] ?? text;
}
