/**
 * Splits the texts of a batch into mini-batches of `size` texts on average. Texts of similar length go together, which
 * saves padding, and all mini-batches have about as many tokens, so that they need about as much memory. The longest
 * texts come first, so that the memory they need is reused by all others.
 * @param lengths Tokens of each text.
 * @returns Indices of the texts.
 */
export function splitIntoMiniBatches(lengths: readonly number[], size: number): number[][] {
  const sorted = [...lengths.entries()].sort(([a, one], [b, other]) => other - one || a - b);
  const parts = Array.from({ length: Math.ceil(sorted.length / size) }, (): number[] => []);
  const tokens = lengths.reduce((sum, length) => sum + length, 0);
  let before = 0;
  for (const [text, length] of sorted) {
    const part = Math.floor(((before + length / 2) / tokens) * parts.length);
    (parts[part] as number[]).push(text);
    before += length;
  }
  return parts.filter((part) => part.length > 0);
}
