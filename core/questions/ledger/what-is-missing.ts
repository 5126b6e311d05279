import type { ChatMessage } from '../../contracts/chat.ts';
import type { Chunk } from '../../contracts/corpus.ts';
import type { QuestionsNeed } from '../../contracts/estimate.ts';
import type { Question } from '../../contracts/questions.ts';
import type { RunInput } from '../../contracts/run-input.ts';
import { firstMessages } from '../asking/answer-chunk.ts';
import { firstRequest } from '../asking/first-request.ts';
import { checkTemplate } from '../asking/prompts.ts';
import { toQuestion } from '../collect-questions.ts';
import { standIns } from '../placeholder-questions.ts';
import { answerTokens } from './answer-tokens.ts';
import type { LedgerEntry } from './ledger.ts';
import { type LookingUp, lookUp } from './look-up.ts';

export interface MissingDependencies extends Pick<LookingUp, 'store' | 'signal' | 'onProgress'> {
  /** Tokens of a chat request's prompt. */
  count: (messages: readonly ChatMessage[]) => number;
}

export interface Missing {
  need: QuestionsNeed;
  /** Chunks about which somebody has to be asked. */
  open: Chunk[];
  /** The ledger's questions, and placeholders for those that it lacks, in the order of the chunks. */
  questions: Question[];
}

/**
 * What a run would have to buy for these chunks, by looking into the ledger and asking nobody.
 * @throws Fault `input` for a template that cannot work.
 */
export async function whatIsMissing(
  chunks: readonly Chunk[],
  options: RunInput['questions'],
  { store, count, signal, onProgress }: MissingDependencies,
): Promise<Missing> {
  if (options.prompt !== undefined) checkTemplate(options.prompt);
  const billed = { counted: 0, tokens: 0, answers: 0 };
  const lengths: number[] = [];
  let promptTokens = 0;
  const onAnswer = ({ key, usage }: LedgerEntry, chunk: Chunk) => {
    if (usage.completionTokens > 0) lengths.push(usage.completionTokens);
    const first = firstRequest(chunk, options);
    if (key !== first.key || usage.promptTokens === 0) return;
    billed.counted += count(first.request.messages);
    billed.tokens += usage.promptTokens;
    billed.answers++;
  };
  const looking = { store, note: 'counted', signal, onProgress, onAnswer };
  const found = await lookUp(chunks, options, looking, (chunk, outcome) => {
    // Where it is the second try that is lacking, its prompt is this one and a little more.
    if ('missing' in outcome) promptTokens += count(firstMessages(chunk, options));
    return [chunk, outcome] as const;
  });
  const open = found.flatMap(([chunk, outcome]) => ('missing' in outcome ? [chunk] : []));
  const { tokens, seen } = await answerTokens(lengths, store, options);
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
    questions: found.flatMap(([chunk, outcome]) => {
      if ('questions' in outcome) return outcome.questions.map((text) => toQuestion(chunk, text));
      return 'missing' in outcome ? standIns(chunk, options.perChunk) : [];
    }),
  };
}
