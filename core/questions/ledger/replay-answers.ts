import type { ArtifactStore } from '../../contracts/artifact-store.ts';
import type { Chunk } from '../../contracts/corpus.ts';
import type { StageProgress } from '../../contracts/progress.ts';
import type { RunInput } from '../../contracts/run-input.ts';
import { inParallel } from '../../primitives/in-parallel.ts';
import { answerChunk, type ChunkOutcome } from '../asking/answer-chunk.ts';
import { knownEndpoints, type LedgerEntry } from './ledger.ts';

const READS_AT_ONCE = 16;
/** Chunks between two progress reports. */
const REPORT_EVERY = 200;

export interface ReplayContext {
  store: ArtifactStore;
  /** See `AnswerChunkContext`. */
  recording?: string | undefined;
  /** The endpoint whose answers are used; see `Layer`. Default: any. */
  endpoint?: string | undefined;
  /** What the chunks are replayed for, shown with the progress. */
  note: string;
  signal?: AbortSignal | undefined;
  onProgress?: ((progress: StageProgress) => void) | undefined;
  /** Called for each answer that the ledger holds. */
  onAnswer?: (entry: LedgerEntry, chunk: Chunk) => void;
}

/** Equal texts are one chunk with one answer, so that nothing is asked twice at the same time. */
export function distinctChunks(chunks: readonly Chunk[]): Chunk[] {
  return [...new Map(chunks.map((chunk) => [chunk.id, chunk])).values()];
}

/**
 * Replays the ledger's answers: the outcome of each distinct chunk, in order, without asking a language model.
 * @param visit what to return for a chunk. Called between reads of the store, so that long work on a million chunks
 *   does not keep the process from its heartbeats.
 */
export async function replayAnswers<T>(
  chunks: readonly Chunk[],
  options: RunInput['questions'],
  { store, recording, endpoint, note, signal, onProgress, onAnswer }: ReplayContext,
  visit: (chunk: Chunk, outcome: ChunkOutcome) => T,
): Promise<T[]> {
  const distinct = distinctChunks(chunks);
  const endpoints = endpoint === undefined ? await knownEndpoints(store) : [endpoint];
  let done = 0;
  return inParallel(distinct, READS_AT_ONCE, async (chunk) => {
    signal?.throwIfAborted();
    const outcome = await answerChunk(chunk, {
      options,
      store,
      recording,
      endpoints,
      onAnswer: (entry) => onAnswer?.(entry, chunk),
    });
    if (++done % REPORT_EVERY === 0) onProgress?.({ done, total: distinct.length, unit: 'chunks', note });
    return visit(chunk, outcome);
  });
}
