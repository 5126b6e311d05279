import type { ChatMessage } from '../../contracts/chat.ts';
import type { Chunk } from '../../contracts/corpus.ts';
import type { QuestionsNeed } from '../../contracts/estimate.ts';
import type { Question } from '../../contracts/questions.ts';
import type { RunInput } from '../../contracts/run-input.ts';
import { chunkRequest } from '../asking/chunk-request.ts';
import { checkTemplate } from '../asking/prompts.ts';
import { toQuestion } from '../collect-questions.ts';
import { placeholderQuestions } from '../placeholder-questions.ts';
import { estimateAnswerTokens } from './answer-tokens.ts';
import { Bill } from './bill.ts';
import type { LedgerEntry } from './ledger.ts';
import { type ReplayContext, replayAnswers } from './replay-answers.ts';

export interface QuestionsNeedContext
  extends Pick<ReplayContext, 'store' | 'recording' | 'endpoint' | 'signal' | 'onProgress'> {
  /** Tokens of a chat request's prompt. */
  countTokens: (messages: readonly ChatMessage[]) => number;
  /** The run whose payments are counted; see `LedgerEntry.paid`. */
  run?: string | undefined;
}

export interface FoundNeed {
  need: QuestionsNeed;
  /** Chunks that a language model would have to be asked about. */
  open: Chunk[];
  /** The ledger's questions, and placeholder questions for the open chunks, in the order of the chunks. */
  questions: Question[];
  /** The ledger's answers, and what `run` has paid for them. */
  bill: Bill;
}

/**
 * Finds what a run would have to ask about these chunks, by reading the ledger alone.
 * @throws Fault `input` for a template that cannot work.
 */
export async function findQuestionsNeed(
  chunks: readonly Chunk[],
  options: RunInput['questions'],
  { store, recording, endpoint, countTokens, run, signal, onProgress }: QuestionsNeedContext,
): Promise<FoundNeed> {
  if (options.prompt !== undefined) checkTemplate(options.prompt);
  const billed = { counted: 0, tokens: 0, answers: 0 };
  const completionTokens: number[] = [];
  let promptTokens = 0;
  const bill = new Bill(run);
  const onAnswer = (entry: LedgerEntry, chunk: Chunk) => {
    const { key, usage } = entry;
    bill.add(entry);
    if (usage.completionTokens > 0) completionTokens.push(usage.completionTokens);
    const first = chunkRequest(chunk, options);
    if (key !== first.key || usage.promptTokens === 0 || usage.counted) return;
    billed.counted += countTokens(first.request.messages);
    billed.tokens += usage.promptTokens;
    billed.answers++;
  };
  const context = { store, recording, endpoint, note: 'counted', signal, onProgress, onAnswer };
  const found = await replayAnswers(chunks, options, context, (chunk, outcome) => {
    // Where only the second request is open, its prompt is the first one's and a little more.
    if ('open' in outcome) promptTokens += countTokens(chunkRequest(chunk, options).request.messages);
    return [chunk, outcome] as const;
  });
  const open = found.flatMap(([chunk, outcome]) => ('open' in outcome ? [chunk] : []));
  await bill.addRepeated(store);
  const { tokens, seen } = await estimateAnswerTokens(completionTokens, store, options, endpoint);
  return {
    need: {
      answered: found.length - open.length,
      requests: open.length,
      promptTokens,
      ...(billed.answers > 0 && {
        billedPerCounted: { ratio: billed.tokens / billed.counted, answers: billed.answers },
      }),
      answerTokens: tokens,
      answersSeen: seen,
    },
    open,
    bill,
    questions: found.flatMap(([chunk, outcome]) => {
      if ('questions' in outcome) return outcome.questions.map((text) => toQuestion(chunk, text));
      return 'open' in outcome ? placeholderQuestions(chunk, options.perChunk) : [];
    }),
  };
}
