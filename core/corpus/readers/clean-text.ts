/**
 * Control characters except tab and newline, soft hyphen, zero-width space, word joiner, byte order mark,
 * noncharacters.
 */
const INVISIBLE = /[[\p{Cc}\u00ad\u200b\u2060\ufeff\ufffe\uffff]--[\t\n]]/gv;

/** Compatibility characters that PDFs contain instead of ordinary ones: Kangxi radicals, and ligatures. */
const COMPATIBILITY = /[\u2e80-\u2fdf\ufb00-\ufb06]/g;

/**
 * Normalises text: NFC, `\n` line ends, no control or invisible characters, at most one blank line in a row, trimmed.
 */
export function cleanText(text: string): string {
  return cleanLines(text).trim();
}

/** As `cleanText`, but keeps the white space before and the line ends after the text. */
export function cleanLines(text: string): string {
  return text
    .replace(/\r\n?|\u2028|\u2029|\x85/g, '\n')
    .replace(INVISIBLE, '')
    .replace(COMPATIBILITY, (char) => char.normalize('NFKC'))
    .replace(/[\u00a0\u202f]/g, ' ')
    .toWellFormed()
    .normalize('NFC')
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n')
    .replace(/\n{3,}/g, '\n\n');
}
