import type { ArtifactStore } from '../contracts/artifact-store.ts';
import type { Chunk } from '../contracts/corpus.ts';
import type { QuestionsNeed } from '../contracts/estimate.ts';
import type { StageProgress } from '../contracts/progress.ts';
import type { ChatMessage } from '../contracts/provider.ts';
import type { Question } from '../contracts/questions.ts';
import type { RunInput } from '../contracts/run-input.ts';
import { answerChunk } from './answer-chunk.ts';
import { answerTokens } from './answer-tokens.ts';
import { toQuestion } from './collect-questions.ts';
import { distinctChunks } from './find-open.ts';
import { firstRequest } from './first-request.ts';
import { inParallel } from './in-parallel.ts';
import { checkTemplate } from './prompts.ts';
import { standIns } from './stand-ins.ts';

/** Ledger entries read at once. */
const READS_AT_ONCE = 16;
/** Chunks between two signs of life. */
const TOLD_EVERY = 100;

export interface MissingDependencies {
  store: ArtifactStore;
  /** Tokens of a chat request's prompt. */
  count: (messages: readonly ChatMessage[]) => number;
  signal?: AbortSignal;
  onProgress?: (progress: StageProgress) => void;
}

export interface Missing {
  need: QuestionsNeed;
  /** Chunks about which somebody has to be asked. */
  open: Chunk[];
  /** The ledger's questions, and stand-ins for those that it lacks, in the order of the chunks. */
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
  const distinct = distinctChunks(chunks);
  const billed = { counted: 0, tokens: 0, answers: 0 };
  const lengths: number[] = [];
  let promptTokens = 0;
  let done = 0;
  const outcomes = await inParallel(distinct, READS_AT_ONCE, async (chunk) => {
    signal?.throwIfAborted();
    const { key, request } = firstRequest(chunk, options);
    const outcome = await answerChunk(chunk, {
      options,
      store,
      onAnswer({ key: answered, usage }) {
        if (usage.completionTokens > 0) lengths.push(usage.completionTokens);
        if (answered !== key || usage.promptTokens === 0) return;
        billed.counted += count(request.messages);
        billed.tokens += usage.promptTokens;
        billed.answers++;
      },
    });
    // Where it is the second try that is lacking, its prompt is this one and a little more.
    if ('missing' in outcome) promptTokens += count(request.messages);
    if (++done % TOLD_EVERY === 0) onProgress?.({ done, total: distinct.length, unit: 'chunks', note: 'counted' });
    return outcome;
  });
  const open = distinct.filter((_, index) => 'missing' in (outcomes[index] ?? {}));
  const { tokens, seen } = await answerTokens(lengths, store, options);
  return {
    need: {
      answered: distinct.length - open.length,
      requests: open.length,
      promptTokens,
      ...(billed.answers > 0 && {
        billedPerCounted: { ratio: billed.tokens / billed.counted, answers: billed.answers },
      }),
      answerTokens: tokens,
      answersSeen: seen,
    },
    open,
    questions: outcomes.flatMap((outcome, index) => {
      const chunk = distinct[index] as Chunk;
      if ('questions' in outcome) return outcome.questions.map((text) => toQuestion(chunk, text));
      return 'missing' in outcome ? standIns(chunk, options.perChunk) : [];
    }),
  };
}
