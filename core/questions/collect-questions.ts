import { createHash } from 'node:crypto';
import type { ArtifactStore } from '../contracts/artifact-store.ts';
import type { Quarantined } from '../contracts/asking.ts';
import type { Chunk } from '../contracts/corpus.ts';
import type { StageProgress } from '../contracts/progress.ts';
import type { Question } from '../contracts/questions.ts';
import type { RunInput } from '../contracts/run-input.ts';
import { answerChunk } from './answer-chunk.ts';
import { distinctChunks } from './find-open.ts';
import { inParallel } from './in-parallel.ts';

const READS_AT_ONCE = 16;
const TOLD_EVERY = 500;

export interface Collected {
  /** In the order of the chunks. */
  questions: Question[];
  quarantined: Quarantined[];
  /** Chunks of which neither the ledger nor `refused` knows anything. */
  notAsked: number;
}

export interface Collecting {
  store: ArtifactStore;
  /** Chunks that the endpoint would not answer about, which the ledger does not know. */
  refused?: readonly Quarantined[];
  signal?: AbortSignal;
  onProgress?: (progress: StageProgress) => void;
}

/** The questions that the ledger's answers hold. Nobody is asked. */
export async function collectQuestions(
  chunks: readonly Chunk[],
  options: RunInput['questions'],
  { store, refused = [], signal, onProgress }: Collecting,
): Promise<Collected> {
  const distinct = distinctChunks(chunks);
  const reasons = new Map(refused.map(({ chunkId, reason }) => [chunkId, reason]));
  const collected: Collected = { questions: [], quarantined: [], notAsked: 0 };
  let read = 0;
  const outcomes = await inParallel(distinct, READS_AT_ONCE, async (chunk) => {
    signal?.throwIfAborted();
    if (++read % TOLD_EVERY === 0) {
      onProgress?.({ done: read, total: distinct.length, unit: 'chunks', note: 'collecting answers' });
    }
    return answerChunk(chunk, { options, store, onAnswer: () => {} });
  });
  for (const [index, outcome] of outcomes.entries()) {
    const chunk = distinct[index] as Chunk;
    if ('questions' in outcome) {
      collected.questions.push(...outcome.questions.map((text) => toQuestion(chunk, text)));
      continue;
    }
    // Where only a second try is lacking, the first one's fault is the reason.
    const told = 'failure' in outcome ? outcome.failure : 'missing' in outcome ? outcome.reason : undefined;
    const reason = reasons.get(chunk.id) ?? told;
    if (reason === undefined) collected.notAsked++;
    else collected.quarantined.push({ chunkId: chunk.id, path: chunk.path, reason });
  }
  return collected;
}

/** A question as it was worded, under an id that is a function of it and its chunk. */
export function toQuestion(chunk: Pick<Chunk, 'id'>, text: string): Question {
  const id = createHash('sha256')
    .update(JSON.stringify([chunk.id, text]))
    .digest('hex')
    .slice(0, 16);
  return { id, chunkId: chunk.id, text };
}
