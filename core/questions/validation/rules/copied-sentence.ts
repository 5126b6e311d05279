import { normalizeQuestion } from '../equivalent-questions.ts';

/** Letters and digits from which on a copy is a sentence, and not a name or a heading. */
const SENTENCE_LENGTH = { alphabet: 45, dense: 12 };
const DENSE = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]/u;

/**
 * Whether a candidate without asking words is a sentence of the passage. A question of the passage's own (the title of
 * an FAQ entry) is none; a statement of the passage with a question mark added is.
 */
export function isCopiedSentence(text: string, passage: string): boolean {
  const words = normalizeQuestion(text);
  if (words.length < (DENSE.test(words) ? SENTENCE_LENGTH.dense : SENTENCE_LENGTH.alphabet)) return false;
  if (!normalizeQuestion(passage).includes(words)) return false;
  return !passage.split(/(?<=[?？])/u).some((part) => /[?？]$/u.test(part) && normalizeQuestion(part).endsWith(words));
}
