/** `run`: scripts written without spaces, or (Hangul) with endings grown onto the words. */
const WORD_OR_RUN =
  /(?<run>[[\p{scx=Han}\p{scx=Hiragana}\p{scx=Katakana}\p{scx=Hangul}]&&[\p{L}\p{N}]]+)|[[\p{L}\p{M}\p{N}]--[\p{scx=Han}\p{scx=Hiragana}\p{scx=Katakana}\p{scx=Hangul}]]+/gv;

/**
 * Index terms of a text: lower-cased words of letters and digits after NFKC, and overlapping character pairs of
 * Chinese, Japanese and Korean runs (a lone character stands for itself), as Lucene's CJKAnalyzer has them.
 */
export function indexTerms(text: string): string[] {
  const terms: string[] = [];
  for (const match of text.normalize('NFKC').toLowerCase().matchAll(WORD_OR_RUN)) {
    if (match.groups?.run === undefined) terms.push(match[0]);
    else terms.push(...characterPairs(match[0]));
  }
  return terms;
}

function characterPairs(run: string): string[] {
  const characters = [...run];
  if (characters.length === 1) return characters;
  return characters.slice(1).map((character, i) => `${characters[i]}${character}`);
}
