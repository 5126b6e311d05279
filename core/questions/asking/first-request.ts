import type { ChatRequest } from '../../contracts/chat.ts';
import type { Chunk } from '../../contracts/corpus.ts';
import type { RunInput } from '../../contracts/run-input.ts';
import { ledgerKey } from '../ledger/ledger.ts';
import { ANSWER_SCHEMA } from '../validation/parse-answer.ts';
import { firstMessages } from './answer-chunk.ts';
import { chooseTemplate } from './prompts.ts';

/** The first request about a chunk, and the ledger's key for its answer: the same whichever way it is asked. */
export function firstRequest(chunk: Chunk, options: RunInput['questions']): { key: string; request: ChatRequest } {
  const { model, temperature, perChunk } = options;
  const { text } = chunk;
  const template = chooseTemplate(options, chunk.language);
  return {
    key: ledgerKey({ text, template, model, temperature, perChunk, attempt: 0 }),
    request: {
      model,
      messages: firstMessages(chunk, options),
      ...(temperature !== undefined && { temperature }),
      schema: ANSWER_SCHEMA,
    },
  };
}
