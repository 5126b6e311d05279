import { tokensInWords } from './words.ts';

export interface ChatMessage {
  role: string;
  content: string;
}

export interface TokenCounter {
  text(text: string): number;
  chat(messages: readonly ChatMessage[]): number;
}

/** Approximates real tokenizers quickly, for tests that need no exact number. */
export const roughCounter: TokenCounter = {
  text: tokensInWords,
  chat: (messages) => tokensInWords(messages.map(({ content }) => content).join('\n')),
};

/**
 * Counts as gpt-4o and its successors do: `o200k_base`, three tokens for each message and three that start the reply
 * (OpenAI's cookbook, "How to count tokens with tiktoken"). The tokens of a JSON schema are not documented and not
 * counted. Loading the encoding takes nearly a second; a short prompt then takes about ten microseconds.
 */
export async function openExactCounter(): Promise<TokenCounter> {
  const { countTokens } = await import('gpt-tokenizer/encoding/o200k_base');
  // The name of a special token in a document is ordinary text.
  const options = { disallowedSpecial: new Set<string>() };
  const text = (text: string) => countTokens(text, options);
  return {
    text,
    chat: (messages) => messages.reduce((sum, { role, content }) => sum + 3 + text(role) + text(content), 3),
  };
}
