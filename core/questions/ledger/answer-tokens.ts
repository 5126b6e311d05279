import type { ArtifactStore } from '../../contracts/artifact-store.ts';
import type { Bounds } from '../../contracts/estimate.ts';
import { inParallel } from '../../primitives/in-parallel.ts';
import { readCompletion } from '../asking/read-completion.ts';
import { parseAnswer } from '../validation/parse-answer.ts';
import { type LedgerEntry, ledgerKeys, readLedger } from './ledger.ts';

/** Models that think before they answer, and bill it. */
const THINKS = /^(openai\/)?(o[134](?![a-z0-9])|gpt-5)|deepseek-(r1|reasoner)|qwq|qwen3|thinking/i;
/** Tokens of a question, of what frames an answer, and of thinking. */
const QUESTION: Bounds = { low: 8, likely: 18, high: 40 };
const FRAME = 8;
const THINKING: Bounds = { low: 0, likely: 400, high: 2000 };

/** Entries of a ledger that are looked at; its order is that of hashes, so the first ones are as good a sample as any. */
const LOOKED_AT = 400;
const READS_AT_ONCE = 16;
/** Answers about other passages, to another prompt or with more or fewer questions may be so much shorter or longer. */
const ELSEWHERE = 0.25;

/** How long answers are; `seen` is how many have told. */
export interface AnswerTokens {
  tokens: Bounds;
  seen: number;
}

/**
 * Tokens of an answer: the mean of those that the same requests have had about this corpus, else of those in the ledger by this model, a
 * question's share taken for each, else what is usual.
 * @param here Tokens of answers about this corpus.
 */
export async function answerTokens(
  here: readonly number[],
  store: ArtifactStore,
  { model, perChunk }: { model: string; perChunk: number },
): Promise<AnswerTokens> {
  if (here.length > 0) return { tokens: meanOf(here), seen: here.length };
  const elsewhere = await sample(store, model, perChunk);
  if (elsewhere.length === 0) return { tokens: assumed(model, perChunk), seen: 0 };
  const { likely } = meanOf(elsewhere);
  return {
    tokens: { low: likely * (1 - ELSEWHERE), likely, high: likely * (1 + ELSEWHERE) },
    seen: elsewhere.length,
  };
}

function assumed(model: string, perChunk: number): Bounds {
  const thinks = THINKS.test(model) ? 1 : 0;
  const of = (part: keyof Bounds) => FRAME + perChunk * QUESTION[part] + thinks * THINKING[part];
  return { low: of('low'), likely: of('likely'), high: of('high') };
}

/** A mean, with two standard errors to either side; a single value says nothing of those, so it gets half of itself. */
function meanOf(values: readonly number[]): Bounds {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / Math.max(1, values.length - 1);
  const error = values.length === 1 ? mean / 2 : 2 * Math.sqrt(variance / values.length);
  return { low: Math.max(1, mean - error), likely: mean, high: mean + error };
}

async function sample(store: ArtifactStore, model: string, perChunk: number): Promise<number[]> {
  const keys: string[] = [];
  for await (const key of ledgerKeys(store)) {
    if (keys.push(key) === LOOKED_AT) break;
  }
  const entries = await inParallel(keys, READS_AT_ONCE, (key) => readLedger(store, key));
  return entries.flatMap((entry) => {
    const questions = entry?.model === model ? questionsIn(entry) : 0;
    const tokens = entry?.usage.completionTokens ?? 0;
    return questions > 0 && tokens > 0 ? [(tokens * perChunk) / questions] : [];
  });
}

function questionsIn({ response }: LedgerEntry): number {
  const completion = readCompletion(response);
  return 'text' in completion ? parseAnswer(completion.text).length : 0;
}
