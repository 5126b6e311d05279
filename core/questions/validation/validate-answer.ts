import type { Chunk } from '../../contracts/corpus.ts';
import type { RunInput } from '../../contracts/run-input.ts';
import { answerText } from './answer-text.ts';
import { areEquivalent } from './equivalent-questions.ts';
import { isUnreadable, parseAnswer } from './parse-answer.ts';
import { differInScript } from './question-language.ts';
import { multipleChoiceOptions } from './rules/quiz-item.ts';
import { expectedLanguage, faultOfQuestion, type QuestionFault } from './validate-question.ts';

export interface ValidatedAnswer {
  /** Questions to keep, at most `perChunk`. */
  accepted: string[];
  /**
   * Candidates that are refused, and why; one without a text where there are none. Those after `perChunk` accepted ones
   * are left out.
   */
  refused: { text: string; fault: QuestionFault }[];
}

/**
 * Parses a language model's answer and validates its candidates, each by itself and against those accepted before it.
 * @param cut whether the answer ended at the token limit, so that its last question may be incomplete; default false.
 */
export function validateAnswer(
  answer: string,
  chunk: Pick<Chunk, 'text' | 'language'>,
  { perChunk, prompt, language: forced }: Pick<RunInput['questions'], 'perChunk' | 'prompt' | 'language'>,
  cut = false,
): ValidatedAnswer {
  // The user's own prompt may ask for questions in another language than the passage's.
  const language = prompt === undefined ? expectedLanguage(chunk.text, chunk.language, forced) : forced;
  const accepted: string[] = [];
  const refused: ValidatedAnswer['refused'] = [];
  const candidates = parseAnswer(answer);
  const options = multipleChoiceOptions(candidates);
  for (const [i, text] of candidates.entries()) {
    if (accepted.length === perChunk) break;
    const fault =
      (options.has(text) ? 'a quiz item' : undefined) ??
      faultOfQuestion(text, { language, passage: chunk.text }) ??
      (cut && i === candidates.length - 1 && !/[?？]$/u.test(text) ? 'cut off' : undefined) ??
      faultAmong(text, accepted, language);
    if (fault) refused.push({ text, fault });
    else accepted.push(text);
  }
  if (candidates.length === 0) refused.push({ text: '', fault: faultOfNothing(answer) });
  return { accepted, refused };
}

/** Why an answer has no candidates. */
function faultOfNothing(answer: string): QuestionFault {
  if ('failure' in answerText(answer)) return 'a thought';
  return isUnreadable(answer) ? 'not plain text' : 'empty';
}

function faultAmong(
  text: string,
  accepted: readonly string[],
  language: string | undefined,
): QuestionFault | undefined {
  if (accepted.some((other) => areEquivalent(other, text))) return 'asked twice';
  const [first] = accepted;
  return language === undefined && first !== undefined && differInScript(first, text) ? 'a translation' : undefined;
}
