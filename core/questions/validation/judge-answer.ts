import type { Chunk } from '../../contracts/corpus.ts';
import type { RunInput } from '../../contracts/run-input.ts';
import { expectedLanguage, faultOfQuestion, type QuestionFault } from './check-question.ts';
import { parseAnswer } from './parse-answer.ts';
import { differInScript } from './question-language.ts';
import { optionsAmong } from './rules/quiz.ts';
import { sameQuestion } from './same-question.ts';

export interface JudgedAnswer {
  /** Questions to keep, at most as many as were asked for. */
  accepted: string[];
  /** The candidates among them that are not kept, and why; one `empty` where there was none at all. */
  refused: { text: string; fault: QuestionFault }[];
}

/**
 * Splits a language model's answer into the questions to keep and what is wrong with the others: each candidate by
 * itself, then beside those before it.
 * @param cut whether the answer stopped at the token limit, so that its last question may lack its end.
 */
export function judgeAnswer(
  answer: string,
  chunk: Pick<Chunk, 'text' | 'language'>,
  { perChunk, prompt, language: forced }: Pick<RunInput['questions'], 'perChunk' | 'prompt' | 'language'>,
  cut = false,
): JudgedAnswer {
  // A prompt of the user's own may well ask for questions in another language than the passage's.
  const language = prompt === undefined ? expectedLanguage(chunk.text, chunk.language, forced) : forced;
  const accepted: string[] = [];
  const refused: JudgedAnswer['refused'] = [];
  const candidates = parseAnswer(answer);
  const options = optionsAmong(candidates);
  for (const [i, text] of candidates.entries()) {
    if (accepted.length === perChunk) break;
    const fault =
      (options.has(text) ? 'a quiz item' : undefined) ??
      faultOfQuestion(text, { language, passage: chunk.text }) ??
      (cut && i === candidates.length - 1 && !/[?？]$/u.test(text) ? 'cut off' : undefined) ??
      faultBeside(text, accepted, language);
    if (fault) refused.push({ text, fault });
    else accepted.push(text);
  }
  if (candidates.length === 0) refused.push({ text: '', fault: 'empty' });
  return { accepted, refused };
}

function faultBeside(
  text: string,
  accepted: readonly string[],
  language: string | undefined,
): QuestionFault | undefined {
  if (accepted.some((other) => sameQuestion(other, text))) return 'asked twice';
  const [first] = accepted;
  return language === undefined && first !== undefined && differInScript(first, text) ? 'a translation' : undefined;
}
