import type { ArtifactStore } from '../../contracts/artifact-store.ts';
import type { Bounds } from '../../contracts/estimate.ts';
import { readCompletion } from '../asking/read-completion.ts';
import { parseAnswer } from '../validation/parse-answer.ts';
import { type LedgerEntry, someAnswers } from './ledger.ts';

/** Models that reason before they answer, and bill it. */
const REASONING_MODEL = /^(openai\/)?(o[134](?![a-z0-9])|gpt-5)|deepseek-(r1|reasoner)|qwq|qwen3|thinking/i;
/** Assumed tokens of a question, of the format around an answer, and of reasoning. */
const QUESTION: Bounds = { low: 8, likely: 18, high: 40 };
const FORMAT = 8;
const REASONING: Bounds = { low: 0, likely: 400, high: 2000 };

/** Ledger entries in a sample. */
const SAMPLE = 400;
/** Answers about other passages, to another prompt or with another number of questions may differ by this share. */
const OTHER_ANSWERS_SHARE = 0.25;

export interface AnswerTokens {
  tokens: Bounds;
  /** Answers that the estimate is based on; 0: it is assumed. */
  seen: number;
}

/**
 * Estimates the completion tokens of an answer: the mean of the answers about this corpus; else of the ledger's answers
 * by this model, scaled to the number of questions; else what is usual.
 * @param seen completion tokens of answers about this corpus.
 * @param endpoint whose answers are looked at first; see `Layer`.
 */
export async function estimateAnswerTokens(
  seen: readonly number[],
  store: ArtifactStore,
  { model, perChunk }: { model: string; perChunk: number },
  endpoint?: string,
): Promise<AnswerTokens> {
  if (seen.length > 0) return { tokens: meanWithBounds(seen), seen: seen.length };
  const sampled = await sample(store, model, perChunk, endpoint);
  if (sampled.length === 0) return { tokens: assumed(model, perChunk), seen: 0 };
  const { likely } = meanWithBounds(sampled);
  return {
    tokens: { low: likely * (1 - OTHER_ANSWERS_SHARE), likely, high: likely * (1 + OTHER_ANSWERS_SHARE) },
    seen: sampled.length,
  };
}

function assumed(model: string, perChunk: number): Bounds {
  const reasons = REASONING_MODEL.test(model) ? 1 : 0;
  const of = (bound: keyof Bounds) => FORMAT + perChunk * QUESTION[bound] + reasons * REASONING[bound];
  return { low: of('low'), likely: of('likely'), high: of('high') };
}

/** The mean, with two standard errors to either side; with half the mean for a single value. */
function meanWithBounds(values: readonly number[]): Bounds {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / Math.max(1, values.length - 1);
  const error = values.length === 1 ? mean / 2 : 2 * Math.sqrt(variance / values.length);
  return { low: Math.max(1, mean - error), likely: mean, high: mean + error };
}

async function sample(store: ArtifactStore, model: string, perChunk: number, endpoint?: string): Promise<number[]> {
  const entries = await someAnswers(store, SAMPLE, endpoint);
  const found = entries.flatMap((entry) => {
    const questions = entry.model === model ? countQuestions(entry) : 0;
    const tokens = entry.usage.completionTokens;
    return questions > 0 && tokens > 0 ? [(tokens * perChunk) / questions] : [];
  });
  return found.length > 0 || endpoint === undefined ? found : sample(store, model, perChunk);
}

function countQuestions({ response }: LedgerEntry): number {
  const completion = readCompletion(response);
  return 'text' in completion ? parseAnswer(completion.text).length : 0;
}
