import { randomUUID } from 'node:crypto';
import type { ArtifactStore } from '../../contracts/artifact-store.ts';
import type { ChatRequest } from '../../contracts/chat.ts';
import type { Chunk } from '../../contracts/corpus.ts';
import { type ChatOutcome, type Provider, RequestRefused } from '../../contracts/provider.ts';
import type { RunInput } from '../../contracts/run-input.ts';
import { type LedgerEntry, readLayers, readLedger, toEntry, writeLedger } from '../ledger/ledger.ts';
import { validateAnswer } from '../validation/validate-answer.ts';
import { chunkRequest, type RejectedAnswer } from './chunk-request.ts';
import type { LeasePacer } from './lease-pacer.ts';
import { readCompletion } from './read-completion.ts';

/** Requests about a chunk: the first, and one more if its answer held no usable question. */
const REQUESTS = 2;

export type ChunkOutcome =
  | { questions: string[] }
  /** The ledger has no usable answer, and none was asked for. `reason`: why the answer that it has is not usable. */
  | { open: true; reason?: string | undefined }
  /** The lease ended before the chunk's turn. */
  | { unsent: true }
  /** The endpoint did not answer this time: why, as a predicate of the endpoint. `throttled`: with status 429. */
  | { unanswered: string; throttled?: true | undefined }
  /** The chunk ends without a question. `refused`: the endpoint refused to answer, so the ledger has nothing on it. */
  | { failure: string; refused?: true };

export interface AnswerChunkContext {
  options: RunInput['questions'];
  store: ArtifactStore;
  /** Name of a recording whose answers come before those of the ledger. */
  recording?: string | undefined;
  /** The endpoints whose answers are used, the one that is asked first; see `Layer`. Default: none. */
  endpoints?: readonly string[] | undefined;
  /** How to ask for answers that the ledger lacks; absent: only the ledger is read. */
  asking?: {
    provider: Provider;
    pacer: LeasePacer;
    /** The run that pays; see `LedgerEntry.paid`. Default: nobody's account. */
    run?: string | undefined;
    /** Of one request, answer included. */
    estimatedTokens: number;
    signal?: AbortSignal | undefined;
  };
  /** Called once for each answer. @param askedMs how long it took, if it was asked for just now. */
  onAnswer: (entry: LedgerEntry, askedMs?: number) => void;
}

/**
 * The questions about one chunk: from the ledger's answer, else from an answer that is asked for, stored and then used.
 */
export async function answerChunk(chunk: Chunk, context: AnswerChunkContext): Promise<ChunkOutcome> {
  const { options, store, recording, endpoints = [], asking, onAnswer } = context;
  /** The recording, once one of its answers is used: what is asked after that depends on it. */
  let layer: string | undefined;
  const rejected: RejectedAnswer[] = [];
  let reason: string | undefined;
  while (rejected.length < REQUESTS) {
    const { key, request } = chunkRequest(chunk, options, rejected);
    let entry = recording === undefined ? undefined : await readLedger(store, key, recording);
    if (entry) layer = recording;
    else if (layer === undefined) entry = await readLayers(store, key, endpoints);
    if (entry) {
      onAnswer(entry);
    } else if (!asking) {
      return { open: true, reason };
    } else {
      const asked = await ask(key, request, chunk, { ...context, recording: layer }, asking);
      if (!('response' in asked)) return asked;
      entry = asked;
    }
    const read = readAnswer(entry, chunk, options);
    if ('questions' in read) return read;
    reason = read.reason;
    rejected.push(read);
  }
  return { failure: reason ?? 'no usable question' };
}

function readAnswer(
  { response }: LedgerEntry,
  chunk: Chunk,
  options: RunInput['questions'],
): { questions: string[] } | RejectedAnswer {
  const completion = readCompletion(response);
  if ('failure' in completion) return { text: '…', reason: completion.failure };
  const { accepted, refused } = validateAnswer(completion.text, chunk, options, completion.cut);
  if (accepted.length > 0) return { questions: accepted };
  const faults = new Set(refused.map(({ fault }) => fault));
  return { text: completion.text, reason: `no usable question: ${[...faults].join(', ')}` };
}

/**
 * Asks for an answer and stores it, in the recording if one is given. Invariant: an answer, and who paid for it, is in
 * the ledger before it is used, so that it is paid for once, and in the account of its run whatever becomes of this
 * process.
 */
async function ask(
  key: string,
  request: ChatRequest,
  chunk: Chunk,
  { store, recording, endpoints: [endpoint] = [], onAnswer }: AnswerChunkContext,
  { provider, pacer, run, estimatedTokens, signal }: NonNullable<AnswerChunkContext['asking']>,
): Promise<LedgerEntry | ChunkOutcome> {
  let outcome: ChatOutcome;
  let sentAt = 0;
  try {
    const admit = async (isHeld: () => boolean) => {
      const admitted = await pacer.admit(estimatedTokens, isHeld);
      sentAt = performance.now();
      return admitted;
    };
    outcome = await provider.attempt(request, { admit, signal });
  } catch (error) {
    if (error instanceof RequestRefused) return { failure: error.message, refused: true };
    throw error;
  }
  pacer.record(outcome, estimatedTokens);
  if ('unsent' in outcome) return { unsent: true };
  if ('failure' in outcome) {
    const { rateLimited, what, said } = outcome.failure;
    // Among other requests, a 429 is about all of them. A request that is alone may be throttled for its own sake.
    if (rateLimited && !pacer.isSingle) return { unsent: true };
    return { unanswered: said === undefined ? what : `${what} (${said})`, ...(rateLimited && { throttled: true }) };
  }
  const paid = run === undefined ? undefined : { run, answer: randomUUID() };
  const entry = toEntry(key, chunk.id, request.model, outcome.reply, paid);
  const askedMs = performance.now() - sentAt;
  const stored = await writeLedger(store, entry, recording ?? (endpoint === undefined ? undefined : { endpoint }));
  onAnswer(entry, askedMs);
  return stored;
}
