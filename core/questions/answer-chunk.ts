import type { ArtifactStore } from '../contracts/artifact-store.ts';
import type { Chunk } from '../contracts/corpus.ts';
import { type ChatMessage, type Provider, RequestRefused } from '../contracts/provider.ts';
import type { RunInput } from '../contracts/run-input.ts';
import { expectedLanguage, faultOfQuestion, normalQuestion } from './check-question.ts';
import { type LedgerEntry, ledgerKey, readLedger, writeLedger } from './ledger.ts';
import { ANSWER_SCHEMA, parseAnswer } from './parse-answer.ts';
import { chooseTemplate, renderPrompt, secondTry } from './prompts.ts';
import { readCompletion } from './read-completion.ts';

type Options = RunInput['questions'];

/** The first request, and one more if it brought no usable question. */
const ATTEMPTS = 2;

export type ChunkOutcome =
  | { questions: string[] }
  /** What stands in the ledger does not do, and somebody has to be asked. */
  | { missing: true; reason?: string }
  | { failure: string };

export interface Answering {
  options: Options;
  store: ArtifactStore;
  /** Absent: only the ledger is looked at. */
  provider?: Provider | undefined;
  signal?: AbortSignal | undefined;
  /** Called for every answer used, once. */
  onAnswer: (entry: LedgerEntry, bought: boolean) => void;
}

/** The questions about one chunk: from the ledger where it knows the answer, else bought, stored, and then used. */
export async function answerChunk(chunk: Chunk, answering: Answering): Promise<ChunkOutcome> {
  const { options, provider } = answering;
  const template = chooseTemplate(options, chunk.language);
  const language = options.language ?? chunk.language;
  const messages: ChatMessage[] = [{ role: 'user', content: renderPrompt(template, chunk.text, options.perChunk) }];
  let reason: string | undefined;
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const { model, temperature, perChunk } = options;
    const key = ledgerKey({ text: chunk.text, template, model, temperature, perChunk, attempt });
    let entry = await readLedger(answering.store, key);
    if (entry) {
      answering.onAnswer(entry, false);
    } else if (!provider) {
      return { missing: true, ...(reason !== undefined && { reason }) };
    } else {
      try {
        entry = await buy(key, chunk, messages, answering, provider);
      } catch (error) {
        if (error instanceof RequestRefused) return { failure: error.message };
        throw error;
      }
    }
    const completion = readCompletion(entry.response);
    const judged = 'text' in completion ? judge(completion.text, chunk, options) : undefined;
    if (judged && judged.accepted.length > 0) return { questions: judged.accepted };
    reason =
      'failure' in completion ? completion.failure : `no usable question: ${judged?.faults.join(', ') || 'none found'}`;
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
  { options, store, signal, onAnswer }: Answering,
  provider: Provider,
): Promise<LedgerEntry> {
  const { model, temperature } = options;
  const reply = await provider.chat(
    { model, messages, ...(temperature !== undefined && { temperature }), schema: ANSWER_SCHEMA },
    signal,
  );
  const entry: LedgerEntry = {
    key,
    chunkId: chunk.id,
    model,
    response: reply.body as LedgerEntry['response'],
    usage: reply.usage,
    ...(reply.cost !== undefined && { cost: reply.cost }),
  };
  const kept = await writeLedger(store, entry);
  onAnswer(entry, true);
  return kept;
}

/** Splits an answer into questions to keep (at most as many as were asked for) and what is wrong with the others. */
function judge(
  text: string,
  chunk: Chunk,
  { perChunk, prompt, language: forced }: Options,
): { accepted: string[]; faults: string[] } {
  // A prompt of the user's own may well ask for questions in another language than the passage's.
  const language = prompt === undefined ? expectedLanguage(chunk.text, chunk.language, forced) : undefined;
  const seen = new Set<string>();
  const accepted: string[] = [];
  const faults = new Set<string>();
  for (const candidate of parseAnswer(text)) {
    const normal = normalQuestion(candidate);
    const fault = faultOfQuestion(candidate, { language }) ?? (seen.has(normal) ? 'asked twice' : undefined);
    seen.add(normal);
    if (fault) faults.add(fault);
    else accepted.push(candidate);
  }
  return { accepted: accepted.slice(0, perChunk), faults: [...faults] };
}
