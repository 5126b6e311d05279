import type { ArtifactStore } from '../../contracts/artifact-store.ts';
import type { ChatMessage } from '../../contracts/chat.ts';
import type { Chunk } from '../../contracts/corpus.ts';
import { type ChatOutcome, type Provider, RequestRefused } from '../../contracts/provider.ts';
import type { RunInput } from '../../contracts/run-input.ts';
import { type LedgerEntry, ledgerKey, readLedger, toEntry, writeLedger } from '../ledger/ledger.ts';
import { type JudgedAnswer, judgeAnswer } from '../validation/judge-answer.ts';
import { ANSWER_SCHEMA } from '../validation/parse-answer.ts';
import type { LeaseMeter } from './lease-pacer.ts';
import { chooseTemplate, renderPrompt, secondTry } from './prompts.ts';
import { readCompletion } from './read-completion.ts';

type Options = RunInput['questions'];

/** The first request, and one more if it brought no usable question. */
const ATTEMPTS = 2;

export type ChunkOutcome =
  | { questions: string[] }
  /** What stands in the ledger does not do, and somebody has to be asked; why, if there was an answer. */
  | { missing: true; reason?: string }
  /** The lease was used up before its turn. */
  | { unsent: true }
  /** The endpoint did not answer this time; why, as a predicate of the endpoint. */
  | { unanswered: string }
  /** No question; `refused` where the endpoint would not even answer, of which the ledger knows nothing. */
  | { failure: string; refused?: true };

/** Whom to ask, and at whose pace. */
export interface Asking {
  provider: Provider;
  meter: LeaseMeter;
  signal?: AbortSignal | undefined;
}

export interface Answering {
  options: Options;
  store: ArtifactStore;
  /** Absent: only the ledger is looked at. */
  asking?: Asking | undefined;
  /** Tokens a request is taken to cost, answer included. */
  estimate?: number;
  /** Called for every answer used, once. */
  onAnswer: (entry: LedgerEntry, bought: boolean) => void;
}

/** The first request about a chunk. */
export function firstMessages(chunk: Chunk, options: Options): ChatMessage[] {
  const content = renderPrompt(chooseTemplate(options, chunk.language), chunk.text, options.perChunk);
  return [{ role: 'user', content }];
}

/** The questions about one chunk: from the ledger where it knows the answer, else bought, stored, and then used. */
export async function answerChunk(chunk: Chunk, answering: Answering): Promise<ChunkOutcome> {
  const { options, asking } = answering;
  const template = chooseTemplate(options, chunk.language);
  const language = options.language ?? chunk.language;
  const messages = firstMessages(chunk, options);
  let reason: string | undefined;
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const { model, temperature, perChunk } = options;
    const key = ledgerKey({ text: chunk.text, template, model, temperature, perChunk, attempt });
    let entry = await readLedger(answering.store, key);
    if (entry) {
      answering.onAnswer(entry, false);
    } else if (!asking) {
      return { missing: true, ...(reason !== undefined && { reason }) };
    } else {
      const bought = await buy(key, chunk, messages, answering, asking);
      if (!('response' in bought)) return bought;
      entry = bought;
    }
    const completion = readCompletion(entry.response);
    const judged = 'text' in completion ? judgeAnswer(completion.text, chunk, options, completion.cut) : undefined;
    if (judged && judged.accepted.length > 0) return { questions: judged.accepted };
    reason =
      'failure' in completion
        ? completion.failure
        : `no usable question: ${faultsIn(judged?.refused ?? []).join(', ')}`;
    messages.push(
      { role: 'assistant', content: 'text' in completion ? completion.text : '…' },
      { role: 'user', content: secondTry(language, reason) },
    );
  }
  return { failure: reason ?? 'no usable question' };
}

async function buy(
  key: string,
  chunk: Chunk,
  messages: readonly ChatMessage[],
  { options, store, estimate = 0, onAnswer }: Answering,
  { provider, meter, signal }: Asking,
): Promise<LedgerEntry | ChunkOutcome> {
  const { model, temperature } = options;
  const request = { model, messages, ...(temperature !== undefined && { temperature }), schema: ANSWER_SCHEMA };
  let outcome: ChatOutcome;
  try {
    outcome = await provider.attempt(request, { admit: (isHeld) => meter.admit(estimate, isHeld), signal });
  } catch (error) {
    if (error instanceof RequestRefused) return { failure: error.message, refused: true };
    throw error;
  }
  meter.record(outcome, estimate);
  if ('unsent' in outcome) return outcome;
  if ('failure' in outcome)
    return outcome.failure.rateLimited ? { unsent: true } : { unanswered: outcome.failure.what };
  const entry = toEntry(key, chunk.id, model, outcome.reply);
  const kept = await writeLedger(store, entry);
  onAnswer(entry, true);
  return kept;
}

function faultsIn(refused: JudgedAnswer['refused']): string[] {
  return [...new Set(refused.map(({ fault }) => fault))];
}
