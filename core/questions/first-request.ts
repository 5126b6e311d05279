import type { Chunk } from '../contracts/corpus.ts';
import type { ChatRequest } from '../contracts/provider.ts';
import type { RunInput } from '../contracts/run-input.ts';
import { ledgerKey } from './ledger.ts';
import { ANSWER_SCHEMA } from './parse-answer.ts';
import { chooseTemplate, renderPrompt } from './prompts.ts';

/** The first request about a chunk, and the ledger's key for its answer: the same whichever way it is asked. */
export function firstRequest(
  { text, language }: Pick<Chunk, 'text' | 'language'>,
  options: RunInput['questions'],
): { key: string; request: ChatRequest } {
  const { model, temperature, perChunk } = options;
  const template = chooseTemplate(options, language);
  return {
    key: ledgerKey({ text, template, model, temperature, perChunk, attempt: 0 }),
    request: {
      model,
      messages: [{ role: 'user', content: renderPrompt(template, text, perChunk) }],
      ...(temperature !== undefined && { temperature }),
      schema: ANSWER_SCHEMA,
    },
  };
}
