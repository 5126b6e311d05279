import type { ChatMessage } from '../contracts/chat.ts';

type Encoding = 'o200k_base' | 'cl100k_base';

/**
 * Tokens of a message beside its role and text, and of the start of the reply (OpenAI's cookbook, "How to count tokens
 * with tiktoken").
 */
const MESSAGE_TOKENS = 3;
const REPLY_TOKENS = 3;

/** Loaded when first used: an encoding takes 0.1 to 0.5 s and 45 to 80 MB. */
const ENCODINGS = {
  o200k_base: () => import('gpt-tokenizer/encoding/o200k_base'),
  cl100k_base: () => import('gpt-tokenizer/encoding/cl100k_base'),
} as const;

/** OpenAI's models by the beginnings of their names. */
const OPENAI: readonly (readonly [RegExp, Encoding])[] = [
  [/^(chatgpt-4o|gpt-4o|gpt-4\.\d|gpt-5|o[134])(?![a-z0-9])/, 'o200k_base'],
  [/^(gpt-4|gpt-3\.5|gpt-35|text-embedding-)/, 'cl100k_base'],
];

/**
 * A run of one kind of characters this long is counted in parts. Encodings split texts between kinds of characters, and
 * merging a piece takes quadratic time. Each part adds one token at most.
 */
const LONG_RUN = /[\p{L}\p{M}]{1000}|[^\s\p{L}\p{N}]{1000}|\s{1000}/gu;

/** Counts the tokens that an endpoint bills for a prompt. */
export interface TokenCounter {
  readonly encoding: Encoding;
  /** Whether it is the model's own encoding; if not, counts are estimates. */
  readonly exact: boolean;
  text(text: string): number;
  /** Tokens of a chat request, format included, without a JSON schema sent with it. */
  chat(messages: readonly ChatMessage[]): number;
}

/** @param model name as sent to the endpoint: `gpt-4o-mini`, `openai/gpt-4.1`, `ft:gpt-4o:…`, `qwen2.5:7b`. */
export async function openTokenCounter(model: string): Promise<TokenCounter> {
  const name = model
    .toLowerCase()
    .replace(/^ft:/, '')
    .replace(/^(openai|azure)\//, '');
  const known = OPENAI.find(([pattern]) => pattern.test(name))?.[1];
  const encoding = known ?? 'o200k_base';
  const { countTokens } = await ENCODINGS[encoding]();
  const text = (text: string): number => {
    let tokens = 0;
    // Special tokens in a document are ordinary text, for the endpoint too.
    for (const part of parts(text)) tokens += countTokens(part, { disallowedSpecial: new Set() });
    return tokens;
  };
  return {
    encoding,
    exact: known !== undefined,
    text,
    chat: (messages) =>
      messages.reduce((sum, { role, content }) => sum + MESSAGE_TOKENS + text(role) + text(content), REPLY_TOKENS),
  };
}

/** Tokens of a chat request's prompt, without a schema sent with it; exact for OpenAI's models. */
export async function countChatTokens(model: string, messages: readonly ChatMessage[]): Promise<number> {
  return (await openTokenCounter(model)).chat(messages);
}

function* parts(text: string): Generator<string> {
  let start = 0;
  for (const { index, 0: run } of text.matchAll(LONG_RUN)) {
    yield text.slice(start, index + run.length);
    start = index + run.length;
  }
  yield text.slice(start);
}
