const EAST_ASIAN = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\u3000-\u303f\uff00-\uffef]/u;

/**
 * Joins two lines of one paragraph. Chinese and Japanese lines are joined without a space. A hyphen at the line end is
 * removed before a lower-case letter, unless the document has the hyphenated word elsewhere and not the joined one.
 * @param documentWords from `wordsOf`.
 */
export function joinLines(before: string, after: string, documentWords: ReadonlySet<string>): string {
  const left = before.at(-1) ?? '';
  const right = after[0] ?? '';
  const firstHalf = /(\p{L}+)[-\u2010]$/u.exec(before)?.[1];
  if (firstHalf !== undefined && /\p{Ll}/u.test(right)) {
    const secondHalf = /^\p{L}+/u.exec(after)?.[0] ?? '';
    const isHyphenated =
      documentWords.has(`${firstHalf}-${secondHalf}`.toLowerCase()) &&
      !documentWords.has((firstHalf + secondHalf).toLowerCase());
    return isHyphenated ? before + after : before.slice(0, -1) + after;
  }
  if (/\u00ad$/.test(before)) return before.slice(0, -1) + after;
  return EAST_ASIAN.test(left) && EAST_ASIAN.test(right) ? before + after : `${before} ${after}`;
}

/** The words of all lines in lower case; a word with a hyphen inside a line is one word. */
export function wordsOf(lines: Iterable<string>): Set<string> {
  const words = new Set<string>();
  for (const line of lines)
    for (const word of line.toLowerCase().match(/\p{L}+(?:-\p{L}+)*(?!\p{L}|-$)/gu) ?? []) words.add(word);
  return words;
}
