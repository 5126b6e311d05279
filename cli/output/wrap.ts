import stringWidth from 'string-width';

/** Narrower columns are not wrapped, as in commander. */
const NARROWEST = 40;

/**
 * What stays together on a line, with the blanks before it: a word with its punctuation, or one Chinese, Japanese or
 * Korean letter with what may not begin a line after it or end one before it.
 */
const PIECE =
  /\s*[（「『《“]*(?:[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]|[^\s\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}，。；：、？！）」』》”（「『《“]+|)[，。；：、？！）」』》”]*/gu;

/** Breaks text into lines of at most `width` terminal cells, if its words allow it. Lines of the text stay apart. */
export function wrap(text: string, width: number): string {
  if (width < NARROWEST) return text;
  return text
    .split(/\r?\n/)
    .flatMap((line) => wrapLine(line, width))
    .join('\n');
}

function wrapLine(line: string, width: number): string[] {
  const lines: string[] = [];
  let current = '';
  for (const piece of line.trimEnd().match(PIECE) ?? []) {
    if (current !== '' && stringWidth(current) + stringWidth(piece) > width) {
      lines.push(current);
      current = piece.trimStart();
    } else current += piece;
  }
  return [...lines, current];
}
