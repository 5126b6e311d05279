import type { Chunk } from '../contracts/corpus.ts';
import type { Question } from '../contracts/questions.ts';
import { toQuestion } from './collect-questions.ts';

/** Characters of a question, in dense scripts (Han, kana, hangul) and in others. */
const DENSE_LENGTH = 20;
const LENGTH = 70;
const DENSE = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]/u;

/**
 * Pieces of a passage that are as long as questions, for estimating how long training takes before questions are asked.
 * Each begins with its number and its chunk, so that no two are equal.
 */
export function placeholderQuestions({ id, text }: Pick<Chunk, 'id' | 'text'>, count: number): Question[] {
  const characters = [...text];
  const length = DENSE.test(text) ? DENSE_LENGTH : LENGTH;
  return Array.from({ length: count }, (_, index) => {
    const start = Math.floor((index * Math.max(0, characters.length - length)) / count);
    const piece = characters.slice(start, start + length).join('');
    return toQuestion({ id }, `${index + 1} ${id.slice(0, 4)} ${piece}`);
  });
}
