/** Scripts in which a character is about a token (Han, kana, hangul), against about four characters a token elsewhere. */
const DENSE = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]/gu;

/** Tokens a text will roughly cost, before the endpoint has counted: used to pace, never to bill. */
export function estimateTokens(text: string): number {
  const dense = text.match(DENSE)?.length ?? 0;
  return Math.ceil(dense + (text.length - dense) / 4) + 4;
}
