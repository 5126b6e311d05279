/*
 * The normalisation rules of a sentencepiece model (`precompiled_charsmap`): a byte trie, and the strings that its
 * leaves point to. Layout: u32 size of the trie in bytes; the trie; the replacements in UTF-8, each terminated by a
 * zero byte. The trie is a double array of 32-bit units in the format of darts-clone,
 * https://github.com/s-yata/darts-clone.
 */

const LEAF = 1 << 8;
const LABEL = 0x800000ff;
const VALUE = 0x7fffffff;
const offset = (unit: number) => (unit >>> 10) << ((unit & 0x200) >>> 6);

const graphemes = new Intl.Segmenter('und', { granularity: 'grapheme' });
/**
 * ASCII, ideographs and their punctuation: there is a grapheme boundary between any two of these, so the slow search
 * for graphemes is not needed.
 */
const PLAIN = ' -~\u3000-\u3020\u4e00-\u9fff\uff01-\uff5e';
const INVOLVED = new RegExp(`[${PLAIN}]?[^${PLAIN}]+(?:[${PLAIN}][^${PLAIN}]+)*[${PLAIN}]?`, 'gu');
const utf8 = new TextEncoder();
/** Graphemes of fewer bytes are looked up as a whole; of longer ones, each character on its own. */
const MAX_WHOLE_BYTES = 6;

/**
 * Reads the rules and returns a function that normalises a text as Hugging Face's tokenizers does. The result can
 * differ from that of sentencepiece, because a replacement is looked up by the shortest match, which then replaces the
 * whole string (https://github.com/huggingface/tokenizers/issues/2116). Models were published with this behaviour, so
 * it is matched.
 * @throws RangeError if the bytes end within the trie.
 */
export function readCharsmap(bytes: Uint8Array): (text: string) => string {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const size = view.getUint32(0, true);
  const trie = Uint32Array.from({ length: size / 4 }, (_, i) => view.getUint32(4 + 4 * i, true));
  const strings = bytes.subarray(4 + size);
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

  function replacement(part: string): string | undefined {
    let node = offset(trie[0] as number);
    for (const byte of utf8.encode(part)) {
      node ^= byte;
      const unit = trie[node];
      if (byte === 0 || unit === undefined || (unit & LABEL) >>> 0 !== byte) return undefined;
      node ^= offset(unit);
      if (unit & LEAF) {
        const start = (trie[node] as number) & VALUE;
        return decoder.decode(strings.subarray(start, strings.indexOf(0, start)));
      }
    }
    return undefined;
  }

  function normalize(grapheme: string): string {
    const whole = utf8.encode(grapheme).length < MAX_WHOLE_BYTES ? replacement(grapheme) : undefined;
    return whole ?? Array.from(grapheme, (character) => replacement(character) ?? character).join('');
  }

  const characters = new Map<string, string>();
  function normalizePlain(text: string): string {
    let normal = '';
    for (const character of text) {
      const replaced = characters.get(character) ?? normalize(character);
      characters.set(character, replaced);
      normal += replaced;
    }
    return normal;
  }

  return (text) => {
    let normal = '';
    let done = 0;
    for (const { 0: involved, index } of text.matchAll(INVOLVED)) {
      normal += normalizePlain(text.slice(done, index));
      for (const { segment } of graphemes.segment(involved)) normal += normalize(segment);
      done = index + involved.length;
    }
    return normal + normalizePlain(text.slice(done));
  };
}
