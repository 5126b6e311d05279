import type { Chunk } from '../contracts/corpus.ts';
import type { Question } from '../contracts/questions.ts';
import { toQuestion } from './collect-questions.ts';

/** Characters of a question, where the script is dense (Han, kana, hangul) and elsewhere. */
const DENSE = 20;
const SPARSE = 70;

/**
 * Pieces of a passage as long as questions are, to stand in for those that nobody has been asked for yet: good for how long training
 * takes, and for nothing else. Each says which it is, so that no two are alike.
 */
export function standIns({ id, text }: Pick<Chunk, 'id' | 'text'>, count: number): Question[] {
  const dense = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]/u;
  const characters = [...text];
  const length = dense.test(text) ? DENSE : SPARSE;
  return Array.from({ length: count }, (_, index) => {
    const start = Math.floor((index * Math.max(0, characters.length - length)) / count);
    const piece = characters.slice(start, start + length).join('');
    return toQuestion({ id }, `${index + 1} ${id.slice(0, 4)} ${piece}`);
  });
}
