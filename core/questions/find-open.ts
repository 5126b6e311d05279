import type { ArtifactStore } from '../contracts/artifact-store.ts';
import type { Failures } from '../contracts/asking.ts';
import type { Chunk } from '../contracts/corpus.ts';
import type { StageProgress } from '../contracts/progress.ts';
import type { ChatMessage } from '../contracts/provider.ts';
import { addFailure, noFailures } from '../contracts/quarantine.ts';
import type { RunInput } from '../contracts/run-input.ts';
import { answerChunk, firstMessages } from './answer-chunk.ts';
import { inParallel } from './in-parallel.ts';
import { checkTemplate } from './prompts.ts';

type Options = RunInput['questions'];

/** Ledger entries read at once. */
const READS_AT_ONCE = 16;
/** Chunks between two signs of life. */
const TOLD_EVERY = 500;

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

export interface FindingOpen {
  store: ArtifactStore;
  /** Tokens of a prompt, about. */
  countTokens: (messages: readonly ChatMessage[]) => number;
  signal?: AbortSignal;
  onProgress?: (progress: StageProgress) => void;
}

/** Equal texts are one chunk with one answer, so that nothing is asked twice at once. */
export function distinctChunks(chunks: readonly Chunk[]): Chunk[] {
  return [...new Map(chunks.map((chunk) => [chunk.id, chunk])).values()];
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
  const distinct = distinctChunks(chunks);
  const failures = noFailures();
  let replayed = 0;
  let looked = 0;
  const outcomes = await inParallel(distinct, READS_AT_ONCE, async (chunk) => {
    signal?.throwIfAborted();
    const outcome = await answerChunk(chunk, { options, store, onAnswer: () => replayed++ });
    if (++looked % TOLD_EVERY === 0) {
      onProgress?.({ done: looked, total: distinct.length, unit: 'chunks', note: 'looked up in the ledger' });
    }
    return outcome;
  });
  const open: OpenChunk[] = [];
  for (const [index, outcome] of outcomes.entries()) {
    const chunk = distinct[index] as Chunk;
    if ('failure' in outcome) addFailure(failures, { chunkId: chunk.id, path: chunk.path, reason: outcome.failure });
    if (!('missing' in outcome)) continue;
    const tokens = countTokens(firstMessages(chunk, options));
    open.push({ chunk, tokens, ...(outcome.reason !== undefined && { reason: outcome.reason }) });
  }
  open.sort((a, b) => (a.chunk.id < b.chunk.id ? -1 : 1));
  return { open, total: distinct.length, replayed, failures };
}
