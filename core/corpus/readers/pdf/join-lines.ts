const EAST_ASIAN = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\u3000-\u303f\uff00-\uffef]/u;
/** After a hyphen, these stand for themselves, as in German "Ein- und Ausgang". */
const CONJUNCTION = /^(?:und|oder|bzw|sowie|bis|and|or|to|et|ou|y|o|e|en|of)$/;
/** Shorter halves may be words by chance, as in "in-formation". */
const MIN_HALF = 4;

/**
 * Joins two lines of one paragraph. Chinese and Japanese lines are joined without a space. A hyphen that divides a word
 * at the line end is removed; it is kept in words that the document writes with it elsewhere and never without, between
 * two words of the document, and before a capital letter or a number.
 * @param documentWords from `wordsOf`.
 */
export function joinLines(before: string, after: string, documentWords: ReadonlySet<string>): string {
  if (/\u00ad$/.test(before)) return before.slice(0, -1) + after;
  const first = /([\p{L}\p{M}]+|\p{N}+)[-\u2010]$/u.exec(before)?.[1];
  const second = /^(?:[\p{L}\p{M}]+|\p{N}+)/u.exec(after)?.[0];
  if (first === undefined || second === undefined)
    return EAST_ASIAN.test(before.at(-1) ?? '') && EAST_ASIAN.test(after[0] ?? '')
      ? before + after
      : `${before} ${after}`;
  const isKnown = (word: string) => documentWords.has(word.toLowerCase());
  const isCapitals = first.length > 1 && second.length > 1 && /^\p{Lu}+$/u.test(first + second);
  const isDivided = /^\p{Ll}/u.test(second) || isCapitals;
  if (isDivided && isKnown(first + second)) return before.slice(0, -1) + after;
  // English writes all of these with a hyphen.
  if (first.toLowerCase() === 'self') return before + after;
  if (CONJUNCTION.test(second)) return `${before} ${after}`;
  const areWords = Math.min(first.length, second.length) >= MIN_HALF && isKnown(first) && isKnown(second);
  const isHyphenated = isKnown(`${first}-${second}`) || areWords;
  return isDivided && !isHyphenated ? before.slice(0, -1) + after : before + after;
}

/** The words of all lines in lower case; a word with a hyphen inside a line is one word. */
export function wordsOf(lines: Iterable<string>): Set<string> {
  const words = new Set<string>();
  for (const line of lines)
    for (const word of line.toLowerCase().match(/\p{L}+(?:-\p{L}+)*(?!\p{L}|-$)/gu) ?? []) words.add(word);
  return words;
}
