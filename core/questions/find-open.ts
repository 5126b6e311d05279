import type { Failures } from '../contracts/asking.ts';
import type { Chunk } from '../contracts/corpus.ts';
import type { ChatMessage } from '../contracts/provider.ts';
import { addFailure, noFailures } from '../contracts/quarantine.ts';
import type { RunInput } from '../contracts/run-input.ts';
import { firstMessages } from './answer-chunk.ts';
import { type LookingUp, lookUp } from './look-up.ts';
import { checkTemplate } from './prompts.ts';

type Options = RunInput['questions'];

/** A chunk that somebody has to be asked about. */
export interface OpenChunk {
  chunk: Chunk;
  /** Tokens the prompt is taken to cost. */
  tokens: number;
  /** Why the answer that the ledger has does not do; absent where it has none. */
  reason?: string;
}

export interface FoundOpen {
  open: OpenChunk[];
  /** Chunks in all, equal ones counted once. */
  total: number;
  /** Answers that the ledger holds. */
  replayed: number;
  /** Chunks that its answers leave without a question. */
  failures: Failures;
}

export interface FindingOpen extends Pick<LookingUp, 'store' | 'signal' | 'onProgress'> {
  /** Tokens of a prompt, about. */
  countTokens: (messages: readonly ChatMessage[]) => number;
}

/**
 * Which chunks the ledger has no usable answer for, in the order of their ids. These are hashes of their texts, so whatever
 * is asked before a budget ends is a fair sample of all documents, of those to judge by as of those to train on.
 * @throws Fault `input` for a template that cannot work.
 */
export async function findOpen(
  chunks: readonly Chunk[],
  options: Options,
  { store, countTokens, signal, onProgress }: FindingOpen,
): Promise<FoundOpen> {
  if (options.prompt !== undefined) checkTemplate(options.prompt);
  const failures = noFailures();
  const open: OpenChunk[] = [];
  let replayed = 0;
  const looking = { store, note: 'looked up in the ledger', signal, onProgress, onAnswer: () => replayed++ };
  const outcomes = await lookUp(chunks, options, looking, (chunk, outcome) => {
    if ('missing' in outcome) {
      const tokens = countTokens(firstMessages(chunk, options));
      open.push({ chunk, tokens, ...(outcome.reason !== undefined && { reason: outcome.reason }) });
    }
    return 'failure' in outcome ? { chunkId: chunk.id, path: chunk.path, reason: outcome.failure } : undefined;
  });
  for (const failed of outcomes) if (failed) addFailure(failures, failed);
  open.sort((a, b) => (a.chunk.id < b.chunk.id ? -1 : 1));
  return { open, total: outcomes.length, replayed, failures };
}
