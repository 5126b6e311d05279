import type { ChatMessage } from '../contracts/provider.ts';

/** Tokens an answer is taken to cost before it is known. */
const ANSWER_TOKENS = 150;

/** Scripts in which a character is about a token (Han, kana, hangul), against about four characters a token elsewhere. */
const DENSE = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]/gu;

/** Tokens a text will roughly cost, before the endpoint has counted: used to pace, never to bill. */
export function estimateTokens(text: string): number {
  const dense = text.match(DENSE)?.length ?? 0;
  return Math.ceil(dense + (text.length - dense) / 4) + 4;
}

/** Tokens a chat request will roughly cost, answer included. */
export function estimateChat(messages: readonly ChatMessage[]): number {
  return ANSWER_TOKENS + messages.reduce((sum, { content }) => sum + estimateTokens(content), 0);
}
