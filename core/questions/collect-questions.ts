import type { Chunk } from '../contracts/corpus.ts';
import type { QuarantinedChunk, RefusedChunks } from '../contracts/quarantine.ts';
import type { Question } from '../contracts/questions.ts';
import type { RunInput } from '../contracts/run-input.ts';
import { sha256 } from '../primitives/hash.ts';
import { Bill } from './ledger/bill.ts';
import type { LedgerEntry } from './ledger/ledger.ts';
import { type ReplayContext, replayAnswers } from './ledger/replay-answers.ts';

export interface CollectedQuestions {
  /** In the order of the chunks. */
  questions: Question[];
  quarantined: QuarantinedChunk[];
  /** Chunks with neither an answer in the ledger nor an entry in `refused`. */
  notAsked: number;
  /** The ledger's answers, and what `run` has paid for them. */
  bill: Bill;
}

export interface CollectContext
  extends Pick<ReplayContext, 'store' | 'recording' | 'endpoint' | 'signal' | 'onProgress'> {
  /** Chunks that the endpoint refused to answer about, so that the ledger has nothing on them; default: none. */
  refused?: RefusedChunks;
  /** Why a chunk that neither says anything about has no question; default: it was not asked about. */
  reasonIfUnknown?: string | undefined;
  /** The run whose payments are counted; see `LedgerEntry.paid`. */
  run?: string | undefined;
}

/** Collects the questions in the ledger's answers, without asking a language model. */
export async function collectQuestions(
  chunks: readonly Chunk[],
  options: RunInput['questions'],
  { store, recording, endpoint, refused = {}, reasonIfUnknown, run, signal, onProgress }: CollectContext,
): Promise<CollectedQuestions> {
  const refusals = new Map(Object.entries(refused).flatMap(([reason, ids]) => ids.map((id) => [id, reason] as const)));
  const collected: CollectedQuestions = { questions: [], quarantined: [], notAsked: 0, bill: new Bill(run) };
  const onAnswer = (entry: LedgerEntry) => collected.bill.add(entry);
  const context = { store, recording, endpoint, note: 'collecting answers', signal, onProgress, onAnswer };
  for (const [chunk, outcome] of await replayAnswers(chunks, options, context, (...found) => found)) {
    if ('questions' in outcome) {
      collected.questions.push(...outcome.questions.map((text) => toQuestion(chunk, text)));
      continue;
    }
    // Where only the second request is open, the first answer's fault is the reason.
    const inLedger = 'failure' in outcome ? outcome.failure : 'open' in outcome ? outcome.reason : undefined;
    const reason = refusals.get(chunk.id) ?? inLedger ?? reasonIfUnknown;
    if (reason === undefined) collected.notAsked++;
    else collected.quarantined.push({ chunkId: chunk.id, path: chunk.path, reason });
  }
  await collected.bill.addRepeated(store);
  return collected;
}

/** A question under an id that depends on its chunk and its wording alone. */
export function toQuestion(chunk: Pick<Chunk, 'id'>, text: string): Question {
  return { id: sha256(JSON.stringify([chunk.id, text])).slice(0, 16), chunkId: chunk.id, text };
}
