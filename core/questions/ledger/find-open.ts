import { createHash } from 'node:crypto';
import type { ChatMessage } from '../../contracts/chat.ts';
import type { Chunk } from '../../contracts/corpus.ts';
import { addFailure, type Failures, noFailures } from '../../contracts/quarantine.ts';
import type { RunInput } from '../../contracts/run-input.ts';
import { firstMessages } from '../asking/answer-chunk.ts';
import { checkTemplate } from '../asking/prompts.ts';
import { type LookingUp, lookUp } from './look-up.ts';

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
  /** Who is going to ask: every run has an order of its own. */
  run: string;
}

/**
 * Which chunks the ledger has no usable answer for, in an order that has nothing to do with their documents: whatever is
 * asked before a budget ends is a fair sample of all of them, of those to judge by as of those to train on. And of two
 * runs that ask about the same chunks at once each goes its own way, so that one finds in the ledger what the other has
 * bought, and hardly a chunk is in flight in both.
 * @throws Fault `input` for a template that cannot work.
 */
export async function findOpen(
  chunks: readonly Chunk[],
  options: Options,
  { store, countTokens, run, signal, onProgress }: FindingOpen,
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
  const placed = open.map((one) => ({ one, place: placeIn(run, one.chunk.id) }));
  placed.sort((a, b) => (a.place < b.place ? -1 : 1));
  return { open: placed.map(({ one }) => one), total: outcomes.length, replayed, failures };
}

function placeIn(run: string, chunkId: string): string {
  return createHash('sha256').update(`${run} ${chunkId}`).digest('hex');
}
