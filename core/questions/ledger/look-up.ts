import type { ArtifactStore } from '../../contracts/artifact-store.ts';
import type { Chunk } from '../../contracts/corpus.ts';
import type { StageProgress } from '../../contracts/progress.ts';
import type { RunInput } from '../../contracts/run-input.ts';
import { inParallel } from '../../primitives/in-parallel.ts';
import { answerChunk, type ChunkOutcome } from '../asking/answer-chunk.ts';
import type { LedgerEntry } from './ledger.ts';

/** Ledger entries read at once. */
const READS_AT_ONCE = 16;
/** Chunks between two signs of life. */
const TOLD_EVERY = 200;

export interface LookingUp {
  store: ArtifactStore;
  /** What is done meanwhile, for the progress. */
  note: string;
  signal?: AbortSignal | undefined;
  onProgress?: ((progress: StageProgress) => void) | undefined;
  /** Called for every answer that the ledger holds. */
  onAnswer?: (entry: LedgerEntry, chunk: Chunk) => void;
}

/** Equal texts are one chunk with one answer, so that nothing is asked twice at once. */
export function distinctChunks(chunks: readonly Chunk[]): Chunk[] {
  return [...new Map(chunks.map((chunk) => [chunk.id, chunk])).values()];
}

/**
 * What the ledger's answers make of each chunk, in their order, equal ones counted once. Nobody is asked.
 * @param told what is wanted of an outcome. Called between two reads: to count the tokens of all chunks in one go would
 *   keep the process from its heartbeats.
 */
export async function lookUp<T>(
  chunks: readonly Chunk[],
  options: RunInput['questions'],
  { store, note, signal, onProgress, onAnswer }: LookingUp,
  told: (chunk: Chunk, outcome: ChunkOutcome) => T,
): Promise<T[]> {
  const distinct = distinctChunks(chunks);
  let looked = 0;
  return inParallel(distinct, READS_AT_ONCE, async (chunk) => {
    signal?.throwIfAborted();
    const outcome = await answerChunk(chunk, { options, store, onAnswer: (entry) => onAnswer?.(entry, chunk) });
    if (++looked % TOLD_EVERY === 0) onProgress?.({ done: looked, total: distinct.length, unit: 'chunks', note });
    return told(chunk, outcome);
  });
}
