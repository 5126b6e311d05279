/** `cjk`: a run of a script that is written without spaces, or (Hangul) whose words carry endings. */
const WORD_OR_CJK_RUN =
  /(?<cjk>[[\p{scx=Han}\p{scx=Hiragana}\p{scx=Katakana}\p{scx=Hangul}]&&[\p{L}\p{N}]]+)|[[\p{L}\p{M}\p{N}]--[\p{scx=Han}\p{scx=Hiragana}\p{scx=Katakana}\p{scx=Hangul}]]+/gv;

/**
 * The index terms of a text, in order: lower-cased words of letters and digits after NFKC normalisation; of Chinese,
 * Japanese and Korean the overlapping bigrams of characters (a single character is a term), like Lucene's CJKAnalyzer.
 */
export function analyze(text: string): string[] {
  const terms: string[] = [];
  for (const match of text.normalize('NFKC').toLowerCase().matchAll(WORD_OR_CJK_RUN)) {
    if (match.groups?.cjk === undefined) terms.push(match[0]);
    else terms.push(...bigrams(match[0]));
  }
  return terms;
}

function bigrams(run: string): string[] {
  const characters = [...run];
  if (characters.length === 1) return characters;
  return characters.slice(1).map((character, i) => `${characters[i]}${character}`);
}
