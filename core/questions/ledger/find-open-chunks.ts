import type { ChatMessage } from '../../contracts/chat.ts';
import type { Chunk } from '../../contracts/corpus.ts';
import { addFailure, type Failures, noFailures } from '../../contracts/quarantine.ts';
import type { RunInput } from '../../contracts/run-input.ts';
import { sha256 } from '../../primitives/hash.ts';
import { chunkRequest } from '../asking/chunk-request.ts';
import { checkTemplate } from '../asking/prompts.ts';
import { Bill } from './bill.ts';
import type { LedgerEntry } from './ledger.ts';
import { type ReplayContext, replayAnswers } from './replay-answers.ts';

/** A chunk that a language model has to be asked about. */
export interface OpenChunk {
  chunk: Chunk;
  /** Estimated tokens of one request. */
  tokens: number;
  /** Why the ledger's answer is not usable; absent where it has none. */
  reason?: string | undefined;
}

export interface FoundChunks {
  open: OpenChunk[];
  /** All chunks, equal ones counted once. */
  total: number;
  /** Answers that the ledger holds. */
  replayed: number;
  /** The same answers, and what `run` has paid for them. */
  bill: Bill;
  /** Chunks that its answers leave without a question. */
  failures: Failures;
}

export interface FindOpenChunksContext
  extends Pick<ReplayContext, 'store' | 'recording' | 'endpoint' | 'signal' | 'onProgress'> {
  /** Estimates the tokens of a request by its prompt. */
  countTokens: (messages: readonly ChatMessage[]) => number;
  /** The run that is going to ask, and to pay; see `LedgerEntry.paid`. */
  run: string;
}

/**
 * Finds the chunks for which the ledger has no usable answer. They are shuffled, differently for each run:
 * - Whatever is asked before a budget ends is a fair sample of all documents, in training and validation.
 * - Of two runs that ask about the same chunks at once, each finds in the ledger what the other has paid for, and
 *   hardly any chunk is in flight in both.
 * @throws Fault `input` for a template that cannot work.
 */
export async function findOpenChunks(
  chunks: readonly Chunk[],
  options: RunInput['questions'],
  { store, recording, endpoint, countTokens, run, signal, onProgress }: FindOpenChunksContext,
): Promise<FoundChunks> {
  if (options.prompt !== undefined) checkTemplate(options.prompt);
  const failures = noFailures();
  const open: OpenChunk[] = [];
  const bill = new Bill(run);
  const onAnswer = (entry: LedgerEntry) => bill.add(entry);
  const context = { store, recording, endpoint, note: 'looked up in the ledger', signal, onProgress, onAnswer };
  const outcomes = await replayAnswers(chunks, options, context, (chunk, outcome) => {
    if ('open' in outcome) {
      const tokens = countTokens(chunkRequest(chunk, options).request.messages);
      open.push({ chunk, tokens, reason: outcome.reason });
    }
    return 'failure' in outcome ? { chunkId: chunk.id, path: chunk.path, reason: outcome.failure } : undefined;
  });
  for (const failed of outcomes) if (failed) addFailure(failures, failed);
  await bill.addRepeated(store);
  return {
    open: shuffled(open, run, ({ chunk }) => chunk.id),
    total: outcomes.length,
    replayed: bill.found,
    bill,
    failures,
  };
}

/** In an order that depends on the run and the ids alone. */
export function shuffled<T>(items: readonly T[], run: string, idOf: (item: T) => string): T[] {
  const keyed = items.map((item) => ({ item, key: sha256(`${run} ${idOf(item)}`) }));
  keyed.sort((a, b) => (a.key < b.key ? -1 : 1));
  return keyed.map(({ item }) => item);
}
