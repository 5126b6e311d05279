const EAST_ASIAN = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\u3000-\u303f\uff00-\uffef]/u;

/**
 * Two halves of a line that a page broke in two. Chinese and Japanese go together without a space; a hyphen at the break
 * is kept if `known` has the word with it, and goes otherwise when a small letter follows.
 */
export function mendLine(before: string, after: string, known: ReadonlySet<string>): string {
  const left = before.at(-1) ?? '';
  const right = after[0] ?? '';
  const broken = /(\p{L}+)[-\u2010]$/u.exec(before)?.[1];
  if (broken !== undefined && /\p{Ll}/u.test(right)) {
    const rest = /^\p{L}+/u.exec(after)?.[0] ?? '';
    const hyphenated = known.has(`${broken}-${rest}`.toLowerCase()) && !known.has((broken + rest).toLowerCase());
    return hyphenated ? before + after : before.slice(0, -1) + after;
  }
  if (/\u00ad$/.test(before)) return before.slice(0, -1) + after;
  return EAST_ASIAN.test(left) && EAST_ASIAN.test(right) ? before + after : `${before} ${after}`;
}

/** Words of a text in small letters, those with a hyphen inside a line among them. */
export function knownWords(lines: Iterable<string>): Set<string> {
  const words = new Set<string>();
  for (const line of lines)
    for (const word of line.toLowerCase().match(/\p{L}+(?:-\p{L}+)*(?!\p{L}|-$)/gu) ?? []) words.add(word);
  return words;
}
