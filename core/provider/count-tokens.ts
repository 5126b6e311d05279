import type { ChatMessage } from '../contracts/chat.ts';

type Encoding = 'o200k_base' | 'cl100k_base';

/** What every message costs beside its role and its text, and what the start of the reply does (OpenAI's cookbook, "How to count tokens with tiktoken"). */
const MESSAGE_TOKENS = 3;
const REPLY_TOKENS = 3;

/** Loaded when first asked for: an encoding takes a tenth to half a second and 45 to 80 MB. */
const ENCODINGS = {
  o200k_base: () => import('gpt-tokenizer/encoding/o200k_base'),
  cl100k_base: () => import('gpt-tokenizer/encoding/cl100k_base'),
} as const;

/** OpenAI's models by the beginnings of their names, through whatever gateway, fine-tuned or not. */
const OPENAI: readonly (readonly [RegExp, Encoding])[] = [
  [/^(chatgpt-4o|gpt-4o|gpt-4\.\d|gpt-5|o[134])(?![a-z0-9])/, 'o200k_base'],
  [/^(gpt-4|gpt-3\.5|gpt-35|text-embedding-)/, 'cl100k_base'],
];

/**
 * A run of one kind of characters this long is counted in parts: the encodings cut texts between kinds, and what merging takes grows with
 * the square of what they leave in one piece. A part more is a token more at most.
 */
const LONG_RUN = /[\p{L}\p{M}]{1000}|[^\s\p{L}\p{N}]{1000}|\s{1000}/gu;

/** Counts what an endpoint bills for a prompt. */
export interface TokenMeter {
  readonly encoding: Encoding;
  /** It is the model's own encoding; of others the count is an estimate. */
  readonly exact: boolean;
  text(text: string): number;
  /** Of a whole chat request, its format included; a JSON schema sent with it is not. */
  chat(messages: readonly ChatMessage[]): number;
}

/** @param model As it is asked for: `gpt-4o-mini`, `openai/gpt-4.1`, `ft:gpt-4o:…`, `qwen2.5:7b`. */
export async function openTokenMeter(model: string): Promise<TokenMeter> {
  const name = model
    .toLowerCase()
    .replace(/^ft:/, '')
    .replace(/^(openai|azure)\//, '');
  const known = OPENAI.find(([pattern]) => pattern.test(name))?.[1];
  const encoding = known ?? 'o200k_base';
  const { countTokens } = await ENCODINGS[encoding]();
  const text = (text: string): number => {
    let tokens = 0;
    // What looks like a special token in a document is text like any other, to the endpoint too.
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

/** Tokens of a chat request's prompt; exact for OpenAI's models but for a schema sent with it. */
export async function countChatTokens(model: string, messages: readonly ChatMessage[]): Promise<number> {
  return (await openTokenMeter(model)).chat(messages);
}

function* parts(text: string): Generator<string> {
  let start = 0;
  for (const { index, 0: run } of text.matchAll(LONG_RUN)) {
    yield text.slice(start, index + run.length);
    start = index + run.length;
  }
  yield text.slice(start);
}
