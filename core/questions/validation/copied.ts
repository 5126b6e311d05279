import { normalQuestion } from './same-question.ts';

/** Letters from which on the passage's own words are a sentence of it, not a name or a heading. */
const SENTENCE = { alphabet: 45, dense: 12 };
const DENSE = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]/u;

/**
 * Whether a candidate whose words do not ask is a sentence of the passage instead of a question about it. A question that the passage itself
 * asks (an FAQ's title) is one; a statement of the passage stays one if a question mark is put behind it.
 */
export function copiedFrom(text: string, passage: string): boolean {
  const words = normalQuestion(text);
  if (words.length < (DENSE.test(words) ? SENTENCE.dense : SENTENCE.alphabet)) return false;
  if (!normalQuestion(passage).includes(words)) return false;
  return !passage.split(/(?<=[?？])/u).some((part) => /[?？]$/u.test(part) && normalQuestion(part).endsWith(words));
}
