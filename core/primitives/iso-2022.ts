/** Encodings of seven bits that switch between ASCII and two-byte characters (RFC 1468, RFC 1557, RFC 1843). */
export type ShiftedEncoding = 'iso-2022-jp' | 'iso-2022-kr' | 'hz-gb-2312';

/** Designates KS X 1001; the characters after SHIFT_OUT are then Korean. */
const KOREAN = '\x1b$)C';
const SHIFT_OUT = '\x0e';
const SHIFT_IN = '\x0f';
/** Designate JIS X 0208, JIS X 0212 and half-width kana. */
const JAPANESE = ['$@', '$B', '$(B', '$(D', '(I'].map((designation) => `\x1b${designation}`);

/** The encoding whose escape sequences are in the bytes; undefined if there are none, or bytes with a high bit. */
export function iso2022Of(bytes: Uint8Array): ShiftedEncoding | undefined {
  if (bytes.some((byte) => byte >= 0x80)) return undefined;
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1');
  if (text.includes(KOREAN) && text.includes(SHIFT_OUT)) return 'iso-2022-kr';
  if (JAPANESE.some((designation) => text.includes(designation))) return 'iso-2022-jp';
  // Pairs of GB 2312 between braces; `~` and braces alone are ordinary text.
  return /~\{(?:[!-w][!-~]){2,120}~\}/.test(text) ? 'hz-gb-2312' : undefined;
}

/** Decodes bytes that `iso2022Of` has recognised. */
export function decodeIso2022(bytes: Uint8Array, encoding: ShiftedEncoding): string {
  if (encoding === 'iso-2022-jp') return new TextDecoder('iso-2022-jp').decode(bytes);
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1');
  if (encoding === 'iso-2022-kr') {
    const [plain = '', ...shifted] = text.replaceAll(KOREAN, '').split(SHIFT_OUT);
    return [plain, ...shifted.map(decodeShifted)].join('');
  }
  return text.replace(/~(?:\{((?:[!-w][!-~])*)~\}|([~\n]))/g, (_, pairs: string | undefined, escaped: string) =>
    pairs === undefined ? escaped.replace('\n', '') : pairsAs('gb18030', pairs),
  );
}

/** Korean up to SHIFT_IN or the end of the line, and what follows. */
function decodeShifted(text: string): string {
  const ends = [text.indexOf(SHIFT_IN), text.indexOf('\n'), text.length].filter((end) => end !== -1);
  const until = Math.min(...ends);
  return pairsAs('euc-kr', text.slice(0, until)) + text.slice(until).replace(SHIFT_IN, '');
}

/** Decodes two-byte characters whose high bits are not set. */
function pairsAs(label: string, pairs: string): string {
  return new TextDecoder(label).decode(
    Uint8Array.from(pairs, (char) => (char === ' ' ? 0x20 : char.charCodeAt(0) | 0x80)),
  );
}
