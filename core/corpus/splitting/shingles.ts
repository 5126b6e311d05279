import { eventLoopYielder } from '../../primitives/yield-to-event-loop.ts';

const SHINGLE_WORDS = 8;
const WORD =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]|[[\p{L}\p{N}\p{M}]--[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]]+/gv;

/**
 * Distinct 32-bit hashes of a text's shingles: its runs of eight words, ignoring case and punctuation. A Han or kana
 * character is a word. A text of fewer than eight words is one shingle.
 */
export function shingles(text: string): Uint32Array {
  const words = (text.toLowerCase().match(WORD) ?? []).map(hashWord);
  const length = Math.min(words.length, SHINGLE_WORDS);
  const hashes = new Set<number>();
  for (let start = 0; length > 0 && start + length <= words.length; start += 1) {
    let hash = 0;
    for (let i = start; i < start + length; i += 1) hash = mix(hash, words[i] as number);
    hashes.add(hash >>> 0);
  }
  return Uint32Array.from(hashes);
}

/** The shingles of each text. Yields to the event loop. */
export async function shinglesOf(texts: readonly string[], signal?: AbortSignal): Promise<Uint32Array[]> {
  const yieldToEventLoop = eventLoopYielder(signal);
  const perText: Uint32Array[] = [];
  for (const text of texts) {
    perText.push(shingles(text));
    await yieldToEventLoop();
  }
  return perText;
}

/** FNV-1a over UTF-16 code units. */
function hashWord(word: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < word.length; i += 1) hash = Math.imul(hash ^ word.charCodeAt(i), 0x01000193);
  return hash >>> 0;
}

/** One step of MurmurHash3, which depends on the order of the values. */
function mix(hash: number, value: number): number {
  let k = Math.imul(value, 0xcc9e2d51);
  k = Math.imul((k << 15) | (k >>> 17), 0x1b873593);
  const h = hash ^ k;
  return (Math.imul((h << 13) | (h >>> 19), 5) + 0xe6546b64) | 0;
}
