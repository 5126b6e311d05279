import { isUtf8 as isValidUtf8 } from 'node:buffer';
import iconv from 'iconv-lite';
import { detectAll } from 'jschardet';
import { decodeIso2022, iso2022Of } from './iso-2022.ts';

export interface DecodedText {
  readonly text: string;
  /** Lower-case name of the encoding, such as `utf-8` or `gb18030`. */
  readonly encoding: string;
  /** Whether the encoding is a guess from statistics that another one fits nearly as well. */
  readonly doubtful: boolean;
}

interface Guess {
  readonly encoding: string;
  /** 0 to 1. */
  readonly confidence: number;
  readonly doubtful: boolean;
}

/** Bytes that the statistics are made from. */
const SAMPLE_BYTES = 2 ** 16;
/** Below this confidence of jschardet, every guess is doubtful. Short texts in few letters stay below. */
const LOW_CONFIDENCE = 0.1;
/** From this confidence on, the statistics outweigh a declaration that does not fit. */
const HIGH_CONFIDENCE = 0.3;
/** Labels of encodings whose tables in TextDecoder are incomplete (UHC, HKSCS), or that it does not know. */
const BY_ICONV: readonly (readonly [RegExp, string])[] = [
  [/^(?:euc-?kr|ks_?c_?5601.*|ksc5601|korean|uhc|(?:cp|ms|windows-?)949)$/, 'cp949'],
  [/^(?:big-?5(?:-?hkscs)?|cn-big5|(?:cp|ms)950|x-x-big5)$/, 'big5-hkscs'],
];
const ALIASES: Readonly<Record<string, string>> = {
  cp932: 'shift_jis',
  ms932: 'shift_jis',
  cp936: 'gb18030',
  gbk: 'gb18030',
  gb2312: 'gb18030',
  cp874: 'windows-874',
  'koi8-ru': 'koi8-u',
};
/** Declared by programs that do not know the encoding. */
const LATIN = new Set(['windows-1252', 'iso-8859-15']);

/** As `decode`, the text alone. */
export function decodeText(bytes: Uint8Array, declared?: string): string {
  return decode(bytes, declared).text;
}

/**
 * Decodes bytes of unknown encoding. The encoding is taken from the first of these that applies: a byte order mark; the
 * escape sequences of ISO 2022 and HZ; valid UTF-8; the zero bytes of UTF-16; `declared`, unless the bytes contradict
 * it; statistics of the bytes (jschardet). Invalid bytes become U+FFFD.
 * @param declared an encoding label from the file itself, such as an HTML head.
 */
export function decode(bytes: Uint8Array, declared?: string): DecodedText {
  const mark = byteOrderMark(bytes);
  if (mark !== undefined) return decoded(bytes, mark);
  const escaped = iso2022Of(bytes);
  if (escaped !== undefined) return { text: decodeIso2022(bytes, escaped), encoding: escaped, doubtful: false };
  if (isUtf8(bytes)) return decoded(bytes, 'utf-8');
  const wide = utf16(bytes) ?? utf16OfChinese(bytes);
  if (wide !== undefined) return decoded(bytes, wide);
  const label = encodingOf(declared);
  const guess = guessEncoding(bytes);
  if (label !== undefined && !contradicts(bytes, label, guess)) return decoded(bytes, label);
  return decoded(bytes, guess.encoding, guess.doubtful || label !== undefined);
}

function decoded(bytes: Uint8Array, encoding: string, doubtful = false): DecodedText {
  return { text: decodeAs(bytes, encoding), encoding, doubtful };
}

function decodeAs(bytes: Uint8Array, encoding: string): string {
  const byIconv = BY_ICONV.some(([, name]) => name === encoding) || !isKnownToNode(encoding);
  return byIconv ? iconv.decode(bytes, encoding) : new TextDecoder(encoding).decode(bytes);
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
  // Before counting: U+FFFD itself, which an earlier conversion left behind, is valid.
  if (isValidUtf8(bytes)) return true;
  const text = new TextDecoder('utf-8').decode(bytes);
  const broken = countInvalid(text);
  return (text.match(/[^\0-\u007f\ufffd]/gu)?.length ?? 0) >= 2 * broken;
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

/** Spaces, line ends, and full-width commas and stops: bytes that no other encoding has in text. */
const MARKS = /[ \n、。，]/gu;
const CHINESE =
  /[\x20-\x7e\s\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\u2010-\u2027\u3000-\u303f\uff00-\uffef]/gu;

/** The same for text of which hardly any byte is zero. */
function utf16OfChinese(bytes: Uint8Array): string | undefined {
  if (bytes.length < 8 || bytes.length % 2 !== 0) return undefined;
  return ['utf-16le', 'utf-16be'].find((encoding) => {
    const text = new TextDecoder(encoding).decode(bytes.subarray(0, 4096));
    const usual = text.match(CHINESE)?.length ?? 0;
    return usual >= 0.97 * text.length && (text.match(MARKS)?.length ?? 0) >= text.length / 50;
  });
}

/** The canonical name of an encoding; undefined if it is not supported, or said of bytes that are not in it. */
function encodingOf(label: string | undefined): string | undefined {
  const name = label?.trim().toLowerCase() ?? '';
  const byIconv = BY_ICONV.find(([pattern]) => pattern.test(name))?.[1];
  if (byIconv !== undefined) return byIconv;
  const alias = ALIASES[name] ?? name;
  if (isKnownToNode(alias)) {
    const { encoding } = new TextDecoder(alias);
    // The bytes are neither, or they would have been recognised.
    return /^utf|^iso-2022/.test(encoding) ? undefined : encoding;
  }
  return alias !== '' && !/^utf|^ucs/.test(alias) && iconv.encodingExists(alias) ? alias : undefined;
}

function isKnownToNode(label: string): boolean {
  try {
    return new TextDecoder(label).encoding !== '';
  } catch {
    return false;
  }
}

/** Whether the bytes are not in the declared encoding but in the guessed one. */
function contradicts(bytes: Uint8Array, declared: string, guess: Guess): boolean {
  if (guess.confidence < HIGH_CONFIDENCE || guess.encoding === declared) return false;
  return LATIN.has(declared) || isInvalid(bytes, declared, guess.encoding);
}

function isInvalid(bytes: Uint8Array, declared: string, guessed: string): boolean {
  const sample = bytes.subarray(0, SAMPLE_BYTES);
  const invalid = countInvalid(decodeAs(sample, declared));
  // The sample may end in the middle of a character.
  return invalid > 1 && countInvalid(decodeAs(sample, guessed)) < invalid;
}

function countInvalid(text: string): number {
  return text.match(/\ufffd/g)?.length ?? 0;
}

function guessEncoding(bytes: Uint8Array): Guess {
  const sample = bytes.subarray(0, SAMPLE_BYTES);
  const candidates = detectAll(Buffer.from(sample), { minimumThreshold: 0 }).flatMap(({ encoding, confidence }) => {
    const name = encoding === null ? undefined : encodingOf(encoding);
    return name === undefined ? [] : [{ encoding: name, confidence }];
  });
  const [best] = candidates;
  const confidence = best?.confidence ?? 0;
  const isKorean = best?.encoding === 'cp949';
  const isUnlikely = confidence < (isKorean ? 2 : 1) * LOW_CONFIDENCE || LATIN.has(best?.encoding ?? '');
  if (isUnlikely && isCommonChinese(sample)) return { encoding: 'gb18030', confidence: 0, doubtful: true };
  if (confidence < LOW_CONFIDENCE && isHangul(sample)) return { encoding: 'cp949', confidence: 0, doubtful: true };
  if (best === undefined) return { encoding: 'windows-1252', confidence: 0, doubtful: true };
  const text = decodeAs(sample, best.encoding);
  const close = candidates.find(
    (other) => other.confidence > 0.6 * confidence && differ(decodeAs(sample, other.encoding), text),
  );
  return { ...best, doubtful: confidence < LOW_CONFIDENCE || close !== undefined };
}

/** Whether two readings of the same bytes differ in many characters. Neighbouring code pages differ in a few. */
function differ(text: string, other: string): boolean {
  if (text.length !== other.length) return true;
  let high = 0;
  let different = 0;
  for (let i = 0; i < text.length; i += 1) {
    if (text.charCodeAt(i) >= 0x80 || other.charCodeAt(i) >= 0x80) high += 1;
    if (text.charCodeAt(i) !== other.charCodeAt(i)) different += 1;
  }
  return different > high / 10;
}

/**
 * Whether all high bytes come in pairs that are common Chinese characters and punctuation of GB 2312: short texts, and
 * names and terms in a text in Latin letters, which are too few for statistics. Pairs that are as well common Korean
 * syllables are taken for Chinese if some of them are among the characters that most Chinese text has.
 */
function isCommonChinese(bytes: Uint8Array): boolean {
  const runs =
    Buffer.from(bytes)
      .toString('latin1')
      .match(/[\x80-\xff]+/g) ?? [];
  const pairs = runs.flatMap((run) => run.match(/../gs) ?? []);
  const isPaired = runs.every((run) => run.length % 2 === 0) && pairs.every(isCommonPair);
  // In Western text, single letters are between others.
  if (!isPaired || !runs.some((run) => run.length >= 4)) return false;
  return !isLikelyKorean(iconv.decode(Buffer.from(bytes), 'cp949'));
}

/** A character of the first level of GB 2312, or a sign. */
function isCommonPair(pair: string): boolean {
  const [lead, trail] = [pair.charCodeAt(0), pair.charCodeAt(1)];
  return trail >= 0xa1 && trail <= 0xfe && ((lead >= 0xb0 && lead <= 0xd7) || (lead >= 0xa1 && lead <= 0xa3));
}

/** Endings and particles of Korean: about a third of the syllables of a text are such. */
const KOREAN = /[이다는을의에가한고지사하기로도시일정인자부서대해어리나수전보제그를여자과만있아라으스니은안원]/g;

function isLikelyKorean(text: string): boolean {
  const syllables = text.match(/\p{Script=Hangul}/gu)?.length ?? 0;
  return syllables > 0 && (text.match(KOREAN)?.length ?? 0) >= 0.25 * syllables;
}

/**
 * Whether all pairs with a high byte are syllables and punctuation of Korean in UHC. jschardet does not know its pairs
 * beyond EUC-KR, of syllables that few texts have.
 */
function isHangul(bytes: Uint8Array): boolean {
  const high = iconv.decode(bytes, 'cp949').match(/[^\0-\u007f]/gu) ?? [];
  const common = high.filter(isCommonSyllable).length;
  return common > 0.6 * high.length && high.every((char) => /[\p{Script=Hangul}\p{P}\p{S}]/u.test(char));
}

/** Whether a character is in the rows of syllables of KS X 1001, which nearly all Korean text consists of. */
function isCommonSyllable(char: string): boolean {
  const [lead = 0, trail = 0] = iconv.encode(char, 'cp949');
  return lead >= 0xb0 && lead <= 0xc8 && trail >= 0xa1;
}
