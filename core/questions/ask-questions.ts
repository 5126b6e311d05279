import { createHash } from 'node:crypto';
import type { ArtifactStore } from '../contracts/artifact-store.ts';
import type { Chunk } from '../contracts/corpus.ts';
import { Fault } from '../contracts/fault.ts';
import type { StageProgress } from '../contracts/progress.ts';
import type { Provider } from '../contracts/provider.ts';
import type { Question } from '../contracts/questions.ts';
import type { RunInput } from '../contracts/run-input.ts';
import { type Answering, answerChunk, type ChunkOutcome } from './answer-chunk.ts';
import { inParallel } from './in-parallel.ts';
import { checkTemplate } from './prompts.ts';

type Options = RunInput['questions'];

/** Ledger entries read at once. */
const READS_AT_ONCE = 16;
/** Reasons spelt out when a run fails over its answers. */
const LISTED_REASONS = 5;

export interface AskDependencies {
  store: ArtifactStore;
  /** Called only if the ledger lacks an answer; may throw a Fault where the worker has no such profile. */
  provider?: () => Provider;
  signal?: AbortSignal;
  /** Called after every chunk. */
  onProgress?: (progress: StageProgress) => void;
}

export interface AskedQuestions {
  /** In the order of the chunks. */
  questions: Question[];
  /** Answers that the ledger already held. */
  replayed: number;
  /** Answers bought by this call, and what they came to. */
  asked: number;
  promptTokens: number;
  completionTokens: number;
  /** US dollars for what this call bought; undefined if the profile names no price. */
  cost?: number;
  quarantined: { chunkId: string; path: string; reason: string }[];
}

/**
 * Questions for every chunk. The ledger is read first and whatever it lacks is bought, each answer stored before it is
 * used: a call that dies, or is aborted, has paid for nothing that the next call will pay for again.
 * @throws Fault `input` for a template that cannot work; `credentials` or `config` when answers are missing and nobody
 *   can be asked; `quality` when more than `maxFailedShare` of the chunks end without a question; `unavailable`.
 */
export async function askQuestions(
  chunks: readonly Chunk[],
  options: Options,
  { store, provider, signal, onProgress }: AskDependencies,
): Promise<AskedQuestions> {
  if (options.prompt !== undefined) checkTemplate(options.prompt);
  // Equal texts are one chunk with one answer, so nothing is asked twice at once.
  const distinct = [...new Map(chunks.map((chunk) => [chunk.id, chunk])).values()];
  const tally = new Tally();
  const answering: Answering = { options, store, onAnswer: () => {} };

  const outcomes = await inParallel(distinct, READS_AT_ONCE, (chunk) => {
    signal?.throwIfAborted();
    return answerChunk(chunk, { ...answering, onAnswer: () => tally.replay() });
  });
  const open = outcomes.flatMap((outcome, index) => ('missing' in outcome ? [index] : []));
  const unanswered = open.filter((index) => (outcomes[index] as { reason?: string }).reason === undefined);
  const report = progressReporter(distinct.length, distinct.length - open.length, onProgress);
  const endpoint =
    unanswered.length > 0
      ? openOrExplain(provider, options, unanswered.length, distinct.length)
      : tryOpen(provider, open);

  const guard = new FailureGuard(distinct, options.maxFailedShare);
  outcomes.forEach((outcome, index) => {
    if ('failure' in outcome) guard.add(distinct[index] as Chunk, outcome.failure);
  });
  await inParallel(open, endpoint?.concurrency ?? 1, async (index) => {
    signal?.throwIfAborted();
    const chunk = distinct[index] as Chunk;
    const outcome = await answerAgain(chunk, outcomes[index] as ChunkOutcome, {
      ...answering,
      provider: endpoint,
      signal,
      onAnswer: (entry, bought) => bought && tally.buy(entry),
    });
    outcomes[index] = outcome;
    if ('failure' in outcome) guard.add(chunk, outcome.failure);
    report();
  });

  const questions = distinct.flatMap((chunk, index) => {
    const outcome = outcomes[index] as ChunkOutcome;
    return 'questions' in outcome ? outcome.questions.map((text) => toQuestion(chunk, text)) : [];
  });
  return { questions, ...tally.figures(), quarantined: guard.quarantined };
}

/** Asks for what the ledger lacks; where only a second try is lacking and nobody can be asked, the chunk goes without. */
async function answerAgain(chunk: Chunk, before: ChunkOutcome, answering: Answering): Promise<ChunkOutcome> {
  if (answering.provider) return answerChunk(chunk, answering);
  return { failure: ('reason' in before && before.reason) || 'no usable question' };
}

function toQuestion(chunk: Chunk, text: string): Question {
  const id = createHash('sha256')
    .update(JSON.stringify([chunk.id, text]))
    .digest('hex')
    .slice(0, 16);
  return { id, chunkId: chunk.id, text };
}

function tryOpen(provider: (() => Provider) | undefined, open: readonly number[]): Provider | undefined {
  if (open.length === 0) return undefined;
  try {
    return provider?.();
  } catch {
    return undefined;
  }
}

function openOrExplain(
  provider: (() => Provider) | undefined,
  options: Options,
  missing: number,
  of: number,
): Provider {
  const lacking = `${missing} of ${of} answers are not in the ledger`;
  const advice =
    'Set OPENAI_API_KEY on the worker; for a local server, OPENAI_BASE_URL; or give a recorded ledger (questions.ledger). ' +
    'Without a language model, questions.from: headings takes the documents’ own headings.';
  if (!provider) {
    throw new Fault('credentials', `${lacking}, and the profile "${options.profile}" has no key to ask with.`, advice);
  }
  try {
    return provider();
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    throw new Fault(error.kind, `${lacking}. ${error.message}`, `${error.advice} ${advice}`);
  }
}

/** Stops the asking as soon as more chunks have failed than may. */
class FailureGuard {
  readonly quarantined: AskedQuestions['quarantined'] = [];
  readonly #total: number;
  readonly #share: number;

  constructor(chunks: readonly Chunk[], share: number) {
    this.#total = chunks.length;
    this.#share = share;
  }

  add(chunk: Chunk, reason: string): void {
    this.quarantined.push({ chunkId: chunk.id, path: chunk.path, reason });
    if (this.quarantined.length <= this.#share * this.#total) return;
    const counts = new Map<string, number>();
    for (const { reason } of this.quarantined) counts.set(reason, (counts.get(reason) ?? 0) + 1);
    const reasons = [...counts].sort((a, b) => b[1] - a[1]).map(([text, count]) => `${count} × ${text}`);
    throw new Fault(
      'quality',
      `${this.quarantined.length} of ${this.#total} chunks got no usable question, more than the ${this.#share * 100} % allowed: ${reasons.slice(0, LISTED_REASONS).join('; ')}.`,
      'Try another model or prompt, or allow more with questions.maxFailedShare; what was answered is kept.',
      { details: this.quarantined.map(({ path, chunkId, reason }) => `${path} (chunk ${chunkId}): ${reason}`) },
    );
  }
}

/** Answers and money, counted as they come. */
class Tally {
  #replayed = 0;
  #asked = 0;
  #promptTokens = 0;
  #completionTokens = 0;
  #cost: number | undefined = 0;

  replay(): void {
    this.#replayed++;
  }

  buy({ usage, cost }: { usage: { promptTokens: number; completionTokens: number }; cost?: number | undefined }): void {
    this.#asked++;
    this.#promptTokens += usage.promptTokens;
    this.#completionTokens += usage.completionTokens;
    this.#cost = cost === undefined || this.#cost === undefined ? undefined : this.#cost + cost;
  }

  figures() {
    return {
      replayed: this.#replayed,
      asked: this.#asked,
      promptTokens: this.#promptTokens,
      completionTokens: this.#completionTokens,
      ...(this.#cost !== undefined && { cost: this.#cost }),
    };
  }
}

/** Reports after every chunk; the rate is that of asking, replays being as good as free. */
function progressReporter(total: number, replayed: number, onProgress?: (progress: StageProgress) => void): () => void {
  const started = performance.now();
  let done = replayed;
  const note = replayed > 0 ? `${replayed} from the ledger` : undefined;
  const send = () => {
    const seconds = (performance.now() - started) / 1000;
    const rate = done > replayed && seconds > 0 ? (done - replayed) / seconds : undefined;
    onProgress?.({
      done,
      total,
      unit: 'chunks',
      ...(rate !== undefined && { rate, etaSeconds: (total - done) / rate }),
      ...(note !== undefined && { note }),
    });
  };
  send();
  return () => {
    done++;
    send();
  };
}
