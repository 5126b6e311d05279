/** A part of an RTF file (Rich Text Format 1.9.1). Text and bytes are characters U+0000 to U+00FF. */
export type RtfToken =
  | { readonly kind: 'open' | 'close' }
  | { readonly kind: 'text' | 'byte'; readonly text: string }
  /** A control word or sign without its backslash. */
  | { readonly kind: 'control'; readonly word: string; readonly value: number | undefined };

/** Control word, escaped byte, control sign, bracket, text. Line ends mean nothing. */
const TOKEN = /\\([a-z]+)(-?\d{1,10})? ?|\\'([\da-f]{2})|\\([^a-z])|([{}])|([^\\{}\r\n]+)|[\r\n]+|\\/giy;

/** @param source the bytes of the file as Latin-1. */
export function* rtfTokens(source: string): Generator<RtfToken> {
  const pattern = new RegExp(TOKEN);
  for (let match = pattern.exec(source); match !== null; match = pattern.exec(source)) {
    const [, word, value, byte, sign, bracket, text] = match;
    if (text !== undefined) yield { kind: 'text', text };
    else if (bracket !== undefined) yield { kind: bracket === '{' ? 'open' : 'close' };
    else if (byte !== undefined) yield { kind: 'byte', text: String.fromCharCode(Number.parseInt(byte, 16)) };
    else if (word === 'bin') pattern.lastIndex += Math.max(0, Number(value ?? 0));
    else if (word !== undefined) {
      yield { kind: 'control', word, value: value === undefined ? undefined : Number(value) };
    } else if (sign === '\\' || sign === '{' || sign === '}') yield { kind: 'text', text: sign };
    else if (sign !== undefined) yield { kind: 'control', word: sign === '\r' ? '\n' : sign, value: undefined };
  }
}
