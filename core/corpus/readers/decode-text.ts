import chardet from 'chardet';

const MULTI_BYTE = new Set(['GB18030', 'Big5', 'Shift_JIS', 'EUC-JP', 'EUC-KR', 'ISO-2022-JP']);

/**
 * Decodes bytes of unknown encoding. The encoding is taken from the first of these that applies: a byte order mark;
 * valid UTF-8; the zero bytes of UTF-16; `declared`; statistics of byte pairs (chardet). Invalid bytes become U+FFFD.
 * @param declared an encoding label from the file itself, such as an HTML head.
 */
export function decodeText(bytes: Uint8Array, declared?: string): string {
  const label =
    byteOrderMark(bytes) ?? (isUtf8(bytes) ? 'utf-8' : (utf16(bytes) ?? encodingOf(declared) ?? guess(bytes)));
  return new TextDecoder(label).decode(bytes);
}

function byteOrderMark(bytes: Uint8Array): string | undefined {
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) return 'utf-8';
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le';
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'utf-16be';
  return undefined;
}

/**
 * Whether bytes are UTF-8, perhaps with a few bytes lost: text in other encodings hardly ever contains its sequences.
 */
function isUtf8(bytes: Uint8Array): boolean {
  // ASCII text in UTF-16 is valid UTF-8 with NULs.
  if (utf16(bytes) !== undefined) return false;
  const text = new TextDecoder('utf-8').decode(bytes);
  const broken = text.match(/\ufffd/g)?.length ?? 0;
  return broken === 0 || (text.match(/[^\0-\u007f\ufffd]/gu)?.length ?? 0) >= 2 * broken;
}

/**
 * Detects UTF-16 without a byte order mark: many bytes are zero, nearly all of them at even or all at odd positions.
 */
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

/** The canonical name of an encoding; undefined if it is not supported. */
function encodingOf(label: string | undefined): string | undefined {
  if (label === undefined) return undefined;
  try {
    return new TextDecoder(label.trim()).encoding;
  } catch {
    return undefined;
  }
}

function guess(bytes: Uint8Array): string {
  const candidates = chardet.analyse(bytes.subarray(0, 1 << 18));
  const best = candidates.find((candidate) => encodingOf(candidate.name) !== undefined);
  if (best !== undefined && MULTI_BYTE.has(best.name)) return encodingOf(best.name) as string;
  // Short Chinese texts have too few pairs for chardet, which reports Latin-1. Nearly all their pairs are common in
  // GB2312.
  if (commonHanPairs(bytes) > 0.7) return 'gb18030';
  return (best && encodingOf(best.name)) ?? 'utf-8';
}

/** Share of the pairs with a high byte that are GB2312 punctuation or level-1 (common) characters. */
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
