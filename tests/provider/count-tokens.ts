import { tokensInWords } from './words.ts';

export interface ChatMessage {
  role: string;
  content: string;
}

export interface TokenCounter {
  text(text: string): number;
  chat(messages: readonly ChatMessage[]): number;
}

/** Close to what real tokenizers come to, at no cost: for tests that only need some number. */
export const roughCounter: TokenCounter = {
  text: tokensInWords,
  chat: (messages) => tokensInWords(messages.map(({ content }) => content).join('\n')),
};

/**
 * As gpt-4o and its kin count: `o200k_base`, three tokens around every message and three that begin the reply (OpenAI's
 * cookbook, "How to count tokens with tiktoken"). What a JSON schema adds is documented nowhere, and is not counted.
 * Loading the encoding takes most of a second; a short prompt then takes some ten microseconds.
 */
export async function openExactCounter(): Promise<TokenCounter> {
  const { countTokens } = await import('gpt-tokenizer/encoding/o200k_base');
  // The name of a special token in a document is text like any other.
  const options = { disallowedSpecial: new Set<string>() };
  const text = (text: string) => countTokens(text, options);
  return {
    text,
    chat: (messages) => messages.reduce((sum, { role, content }) => sum + 3 + text(role) + text(content), 3),
  };
}
