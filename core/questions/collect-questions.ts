import { createHash } from 'node:crypto';
import type { Chunk } from '../contracts/corpus.ts';
import type { QuarantinedChunk } from '../contracts/quarantine.ts';
import type { Question } from '../contracts/questions.ts';
import type { RunInput } from '../contracts/run-input.ts';
import { type LookingUp, lookUp } from './ledger/look-up.ts';

export interface Collected {
  /** In the order of the chunks. */
  questions: Question[];
  quarantined: QuarantinedChunk[];
  /** Chunks of which neither the ledger nor `refused` knows anything. */
  notAsked: number;
}

export interface Collecting extends Pick<LookingUp, 'store' | 'signal' | 'onProgress'> {
  /** Chunks that the endpoint would not answer about, which the ledger does not know. */
  refused?: readonly QuarantinedChunk[];
}

/** The questions that the ledger's answers hold. Nobody is asked. */
export async function collectQuestions(
  chunks: readonly Chunk[],
  options: RunInput['questions'],
  { store, refused = [], signal, onProgress }: Collecting,
): Promise<Collected> {
  const reasons = new Map(refused.map(({ chunkId, reason }) => [chunkId, reason]));
  const collected: Collected = { questions: [], quarantined: [], notAsked: 0 };
  const looking = { store, note: 'collecting answers', signal, onProgress };
  for (const [chunk, outcome] of await lookUp(chunks, options, looking, (...found) => found)) {
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
