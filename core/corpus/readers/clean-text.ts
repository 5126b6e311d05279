// Controls other than tab and newline, the soft hyphen, zero-width space, word joiner, byte order mark, non-characters.
const INVISIBLE = /[[\p{Cc}\u00ad\u200b\u2060\ufeff\ufffe\uffff]--[\t\n]]/gv;

// What PDFs have in place of everyday characters: Kangxi radicals for ideographs, ligatures for pairs of letters.
const STAND_INS = /[\u2e80-\u2fdf\ufb00-\ufb06]/g;

/** Text as it is stored: NFC, `\n` line ends, no control or invisible characters, at most one blank line in a row, trimmed. */
export function cleanText(text: string): string {
  return text
    .replace(/\r\n?|\u2028|\u2029|\x85/g, '\n')
    .replace(INVISIBLE, '')
    .replace(STAND_INS, (char) => char.normalize('NFKC'))
    .replace(/[\u00a0\u202f]/g, ' ')
    .toWellFormed()
    .normalize('NFC')
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n')
    .replace(/\n{3,}/g, '\n\n')
    .trim();
}
