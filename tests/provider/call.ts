import type { ChatMessage, TokenCounter } from './count-tokens.ts';
import { type ErrorBody, errorBody, filtered, invalid, tooLong } from './errors.ts';
import type { ProviderOptions } from './options.ts';
import { promptHash } from './stats.ts';

export const CHAT = '/v1/chat/completions';
export const EMBEDDINGS = '/v1/embeddings';

/** A parsed request to the chat or embeddings endpoint. */
export interface Call {
  path: string;
  model: string;
  messages: readonly ChatMessage[];
  inputs: readonly string[];
  structured: boolean;
  /** Tokens of the prompt, or of all inputs. */
  tokens: number;
  /** Hash of messages or inputs and model: equal for equal prompts. */
  prompt: string;
  /** The last user message, or the inputs joined by newlines. */
  text: string;
  /** The first user message. */
  first: string;
}

// biome-ignore lint/suspicious/noExplicitAny: a request body is whatever the client sent.
export function readCall(path: string, body: Record<string, any>, counter: TokenCounter): Call {
  const model = String(body.model);
  const chat = path === CHAT;
  const messages: ChatMessage[] = chat ? (body.messages ?? []) : [];
  const inputs = chat ? [] : [body.input ?? []].flat().map(String);
  const users = messages.filter(({ role }) => role === 'user').map(({ content }) => content);
  const text = chat ? (users.at(-1) ?? '') : inputs.join('\n');
  return {
    path,
    model,
    messages,
    inputs,
    structured: body.response_format?.type === 'json_schema',
    tokens: chat ? counter.chat(messages) : counter.text(text),
    prompt: promptHash(model, chat ? messages : inputs),
    text,
    first: users[0] ?? text,
  };
}

/** The error response if a call is invalid, apart from rate limits; undefined if it is valid. */
export function refusal(call: Call, options: ProviderOptions): { status: number; body: ErrorBody } | undefined {
  const { models, structured, contextTokens, filteredWord, batchInputs = 2048 } = options;
  if (models && !models.includes(call.model)) return { status: 404, body: errorBody(404, call.model) };
  if (call.structured && structured === false) {
    const message = "Invalid parameter: 'response_format' of type 'json_schema' is not supported with this model.";
    return { status: 400, body: invalid(message, 'response_format') };
  }
  if (contextTokens !== undefined && call.tokens > contextTokens) {
    return { status: 400, body: tooLong(contextTokens, call.tokens) };
  }
  if (filteredWord !== undefined && call.text.includes(filteredWord)) return { status: 400, body: filtered() };
  if (call.inputs.length > batchInputs) {
    return { status: 400, body: invalid(`Invalid 'input': at most ${batchInputs} inputs are allowed.`, 'input') };
  }
  return undefined;
}
