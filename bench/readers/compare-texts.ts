/** What two texts have in common, as multisets of words. */
export interface Comparison {
  /** Words of the peer's text. */
  readonly words: number;
  /** Share of them that the other text has as well, 0 to 1. */
  readonly found: number;
  /** The same, each word weighted by its length. */
  readonly foundLetters: number;
  /** Share of the words of the other text that the peer's has as well, 0 to 1. */
  readonly precision: number;
  /** The most frequent words of the peer that are missing, and how often. */
  readonly missing: readonly (readonly [word: string, count: number])[];
}

/**
 * Compares a text with that of a peer. A word is a Chinese character or a sequence of letters and digits. Hyphens are
 * no part of words, and a word that is hyphenated at the end of a line is one word, so that it does not matter whether
 * the line's end is joined.
 */
export function compareTexts(text: string, peer: string): Comparison {
  const ours = countWords(text);
  const theirs = countWords(peer);
  const common = new Map([...theirs].map(([word, count]) => [word, Math.min(count, ours.get(word) ?? 0)]));
  const missing = [...theirs].flatMap(([word, count]): [string, number][] => {
    const lost = count - (ours.get(word) ?? 0);
    return lost > 0 ? [[word, lost]] : [];
  });
  const words = sum(theirs.values());
  return {
    words,
    found: ratio(sum(common.values()), words),
    foundLetters: ratio(letters(common), letters(theirs)),
    precision: ratio(sum(common.values()), sum(ours.values())),
    missing: missing.sort((a, b) => b[1] - a[1]),
  };
}

function letters(words: ReadonlyMap<string, number>): number {
  return sum([...words].map(([word, count]) => count * word.length));
}

function ratio(part: number, whole: number): number {
  return whole === 0 ? 1 : part / whole;
}

function countWords(text: string): Map<string, number> {
  const counts = new Map<string, number>();
  const joined = text.normalize('NFKC').replace(/\p{Dash_Punctuation}\s*\n\s*|[\p{Dash_Punctuation}\u00ad]/gu, '');
  for (const word of joined.toLowerCase().match(/\p{Script=Han}|[\p{L}\p{M}\p{N}]+/gu) ?? [])
    counts.set(word, (counts.get(word) ?? 0) + 1);
  return counts;
}

function sum(values: Iterable<number>): number {
  let total = 0;
  for (const value of values) total += value;
  return total;
}
