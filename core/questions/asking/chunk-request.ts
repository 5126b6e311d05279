import type { ChatMessage, ChatRequest } from '../../contracts/chat.ts';
import type { Chunk } from '../../contracts/corpus.ts';
import type { RunInput } from '../../contracts/run-input.ts';
import { ledgerKey } from '../ledger/ledger.ts';
import { ANSWER_SCHEMA } from '../validation/parse-answer.ts';
import { chooseTemplate, renderPrompt, retryPrompt } from './prompts.ts';

/** An answer that held no usable question, and why. */
export interface RejectedAnswer {
  text: string;
  reason: string;
}

/**
 * A request about a chunk, and the ledger key of its answer. Both depend on the arguments alone, so that every run, and
 * the Batch API, sends the same request under the same key.
 * @param rejected answers to the earlier requests about this chunk; default: none, for the first request.
 */
export function chunkRequest(
  chunk: Chunk,
  options: RunInput['questions'],
  rejected: readonly RejectedAnswer[] = [],
): { key: string; request: ChatRequest } {
  const { model, temperature, perChunk } = options;
  const template = chooseTemplate(options, chunk.language);
  const messages: ChatMessage[] = [{ role: 'user', content: renderPrompt(template, chunk.text, perChunk) }];
  for (const { text, reason } of rejected) {
    messages.push(
      { role: 'assistant', content: text },
      { role: 'user', content: retryPrompt(options.language ?? chunk.language, reason) },
    );
  }
  return {
    key: ledgerKey({ text: chunk.text, template, model, temperature, perChunk, attempt: rejected.length }),
    request: { model, messages, temperature, schema: ANSWER_SCHEMA },
  };
}
