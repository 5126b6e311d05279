import chardet from 'chardet';

const MULTI_BYTE = new Set(['GB18030', 'Big5', 'Shift_JIS', 'EUC-JP', 'EUC-KR', 'ISO-2022-JP']);

/**
 * Bytes to text: a byte order mark decides, then UTF-8, then the zeros of UTF-16, then `declared` (a label from an
 * HTML head), then statistics of byte pairs (chardet). Bytes that fit nothing become U+FFFD.
 */
export function decodeText(bytes: Uint8Array, declared?: string): string {
  const label = byteOrderMark(bytes) ?? (isUtf8(bytes) ? 'utf-8' : (utf16(bytes) ?? known(declared) ?? guess(bytes)));
  return new TextDecoder(label).decode(bytes);
}

function byteOrderMark(bytes: Uint8Array): string | undefined {
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) return 'utf-8';
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le';
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'utf-16be';
  return undefined;
}

/** UTF-8, or what was UTF-8 before a few bytes were lost: other encodings' bytes hardly ever form its sequences. */
function isUtf8(bytes: Uint8Array): boolean {
  // UTF-16 of ASCII is valid UTF-8 full of NULs; those are for utf16() to tell.
  if (utf16(bytes) !== undefined) return false;
  const text = new TextDecoder('utf-8').decode(bytes);
  const broken = text.match(/\ufffd/g)?.length ?? 0;
  return broken === 0 || (text.match(/[^\0-\u007f\ufffd]/gu)?.length ?? 0) >= 2 * broken;
}

/** UTF-16 without a mark shows as zeros (or one recurring high byte) on one side of its pairs only. */
function utf16(bytes: Uint8Array): string | undefined {
  const sample = bytes.subarray(0, 4096);
  if (sample.length < 4 || bytes.length % 2 !== 0) return undefined;
  let even = 0;
  let odd = 0;
  for (let i = 0; i + 1 < sample.length; i += 2) {
    if (sample[i] === 0) even += 1;
    if (sample[i + 1] === 0) odd += 1;
  }
  const pairs = sample.length >> 1;
  if (odd > pairs * 0.1 && even < odd * 0.05) return 'utf-16le';
  if (even > pairs * 0.1 && odd < even * 0.05) return 'utf-16be';
  return undefined;
}

function known(label: string | undefined): string | undefined {
  if (label === undefined) return undefined;
  try {
    return new TextDecoder(label.trim()).encoding;
  } catch {
    return undefined;
  }
}

function guess(bytes: Uint8Array): string {
  const candidates = chardet.analyse(bytes.subarray(0, 1 << 18));
  const best = candidates.find((candidate) => known(candidate.name) !== undefined);
  if (best !== undefined && MULTI_BYTE.has(best.name)) return known(best.name) as string;
  // A short Chinese text gives chardet too few pairs to beat Latin-1; its pairs are then nearly all GB2312 level-1 characters.
  if (commonHanPairs(bytes) > 0.7) return 'gb18030';
  return (best && known(best.name)) ?? 'utf-8';
}

/** Share of the high-byte pairs that are GB2312 punctuation or level-1 (everyday) characters. */
function commonHanPairs(bytes: Uint8Array): number {
  let pairs = 0;
  let common = 0;
  for (let i = 0; i < Math.min(bytes.length, 1 << 16); i += 1) {
    const lead = bytes[i] as number;
    if (lead < 0x80) continue;
    const trail = bytes[i + 1] ?? 0;
    pairs += 1;
    if (((lead >= 0xb0 && lead <= 0xd7) || (lead >= 0xa1 && lead <= 0xa3)) && trail >= 0xa1) common += 1;
    i += 1;
  }
  return pairs === 0 ? 0 : common / pairs;
}
