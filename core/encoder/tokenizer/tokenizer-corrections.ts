import { readCharsmap } from './sentencepiece-charsmap.ts';
import { type SplitBehavior, splitPieces } from './split-pieces.ts';

/*
 * Corrections where @huggingface/tokenizers 0.2 produces other tokens than Python's tokenizers, with which models are
 * trained and served. recorded-tokens.test.ts compares the ids of both, and lists the differences that remain.
 */

/** Settings of a step in tokenizer.json; a `Sequence` consists of further steps. */
interface Settings {
  readonly type?: string;
  readonly normalizers?: readonly Settings[];
  readonly pretokenizers?: readonly Settings[];
  readonly [option: string]: unknown;
}
interface Normalizer {
  readonly normalizers?: readonly Normalizer[];
  normalize(text: string): string;
}
interface PreTokenizer {
  readonly tokenizers?: readonly PreTokenizer[];
  pattern?: RegExp;
  pre_tokenize_text(text: string): string[];
}
/** The library's own types cannot be used: its declarations have imports that Node does not resolve. */
interface Steps<N, P> {
  readonly normalizer?: N | null;
  readonly pre_tokenizer?: P | null;
}

/**
 * Ideographs beyond U+FFFF that the BERT normaliser separates by spaces. Python's ranges have a gap from U+2B820 to
 * U+2B91F, which is kept here.
 */
const IDEOGRAPHS = /[\u{20000}-\u{2a6df}\u{2a700}-\u{2b81f}\u{2b920}-\u{2ceaf}\u{2f800}-\u{2fa1f}]/gu;

// White space as Unicode defines it; JavaScript's `\s` and `trim` also have U+FEFF, and lack U+0085.
const LEADING_SPACE = /^\p{White_Space}+/u;
const TRAILING_SPACE = /(?<!\p{White_Space})\p{White_Space}+$/u;
const WORD = /\P{White_Space}+/gu;
/** What `\w+|[^\w\s]+` means in all scripts. */
const WORD_OR_SIGNS =
  /[\p{Alphabetic}\p{M}\p{Nd}\p{Pc}\p{Join_Control}]+|[^\p{Alphabetic}\p{M}\p{Nd}\p{Pc}\p{Join_Control}\p{White_Space}]+/gu;
const START_OF_WORD = /^[\p{Alphabetic}\p{M}\p{Nd}\p{Pc}\p{Join_Control}]/u;
const END_OF_WORD = /[\p{Alphabetic}\p{M}\p{Nd}\p{Pc}\p{Join_Control}]$/u;
/** The pattern of GPT-2. */
const BYTE_LEVEL =
  /'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\p{White_Space}\p{L}\p{N}]+|\p{White_Space}+(?!\P{White_Space})|\p{White_Space}+/gu;

/**
 * Corrects a tokenizer so that it treats texts as Python's tokenizers do.
 * @param settings Its tokenizer.json.
 * @throws RangeError if the rules of its normaliser are truncated.
 */
export function correctTokenizer(
  tokenizer: Steps<Normalizer, PreTokenizer>,
  settings: Steps<Settings, Settings>,
): void {
  if (tokenizer.normalizer && settings.normalizer) correctNormalizer(tokenizer.normalizer, settings.normalizer);
  if (tokenizer.pre_tokenizer && settings.pre_tokenizer)
    correctPreTokenizer(tokenizer.pre_tokenizer, settings.pre_tokenizer);
}

/** The rules of `Nmt`, which the library does not know, as replacements. */
const NMT: readonly Settings[] = [
  ['[\\u0001-\\u0008\\u000b\\u000e-\\u001f\\u007f\\u008f\\u009f]', ''],
  ['[\\t\\n\\f\\r\\u1680\\u200b-\\u200f\\u2028\\u2029\\u2581\\ufeff\\ufffd]', ' '],
].map(([Regex, content]) => ({ type: 'Replace', pattern: { Regex }, content }));

/** A normaliser as the library knows it. */
export function knownNormalizer(settings: Settings): Settings {
  if (settings.type === 'Nmt') return { type: 'Sequence', normalizers: NMT };
  return settings.normalizers ? { ...settings, normalizers: settings.normalizers.map(knownNormalizer) } : settings;
}

interface Model {
  readonly tokens_to_ids: ReadonlyMap<string, number>;
  encode(tokens: string[]): string[];
}

/** The library writes characters that are in no token as bytes in BPE only, not in Unigram. */
export function correctModel(
  model: Model,
  settings: { readonly type?: string; readonly byte_fallback?: boolean },
): void {
  if (settings.byte_fallback !== true || settings.type === 'BPE') return;
  const encode = model.encode.bind(model);
  model.encode = (tokens) =>
    encode(tokens).flatMap((token) => {
      if (model.tokens_to_ids.has(token)) return [token];
      const bytes = [...Buffer.from(token)].map((byte) => `<0x${byte.toString(16).toUpperCase().padStart(2, '0')}>`);
      return bytes.every((byte) => model.tokens_to_ids.has(byte)) ? bytes : [token];
    });
}

interface Splitter {
  split(text: string): string[];
}

/** The library also finds added tokens in words where they are to be found between words only (`single_word`). */
export function correctSingleWords(
  tokenizer: object,
  added: readonly { readonly content?: string; readonly single_word?: boolean }[],
): void {
  const words = new Set(added.filter((token) => token.single_word).map(({ content }) => content));
  const all = new Set(added.map(({ content }) => content));
  if (words.size === 0) return;
  for (const name of ['splitter_unnormalized', 'splitter_normalized']) {
    const splitter: Splitter = Reflect.get(tokenizer, name);
    const split = splitter.split.bind(splitter);
    splitter.split = (text) => {
      const parts: { text: string; isToken: boolean }[] = [];
      const pieces = split(text);
      for (const [i, piece] of pieces.entries()) {
        const inWord = END_OF_WORD.test(pieces[i - 1] ?? '') || START_OF_WORD.test(pieces[i + 1] ?? '');
        const isToken = all.has(piece) && !(words.has(piece) && inWord);
        const last = parts.at(-1);
        if (last && !last.isToken && !isToken) last.text += piece;
        else parts.push({ text: piece, isToken });
      }
      return parts.map((part) => part.text);
    };
  }
}

function correctNormalizer(normalizer: Normalizer, { type, normalizers, ...options }: Settings): void {
  if (type === 'Sequence')
    for (const [i, one] of (normalizer.normalizers ?? []).entries()) correctNormalizer(one, normalizers?.[i] ?? {});
  if (type === 'Precompiled' && typeof options.precompiled_charsmap === 'string')
    normalizer.normalize = readCharsmap(Buffer.from(options.precompiled_charsmap, 'base64'));
  if (type === 'BertNormalizer' && options.handle_chinese_chars)
    before(normalizer, (text) => text.replace(IDEOGRAPHS, ' $& '));
  if (type === 'Lowercase' || (type === 'BertNormalizer' && options.lowercase)) before(normalizer, lowerSigma);
  if (type === 'Strip')
    normalizer.normalize = (text) => {
      const started = options.strip_left ? text.replace(LEADING_SPACE, '') : text;
      return options.strip_right ? started.replace(TRAILING_SPACE, '') : started;
    };
}

function correctPreTokenizer(preTokenizer: PreTokenizer, { type, pretokenizers, ...options }: Settings): void {
  if (type === 'Sequence')
    for (const [i, one] of (preTokenizer.tokenizers ?? []).entries())
      correctPreTokenizer(one, pretokenizers?.[i] ?? {});
  if (type === 'ByteLevel') preTokenizer.pattern = BYTE_LEVEL;
  if (type === 'Whitespace') preTokenizer.pre_tokenize_text = (text) => text.match(WORD_OR_SIGNS) ?? [];
  if (type === 'BertPreTokenizer') {
    const pattern = new RegExp((preTokenizer.pattern?.source ?? '').replace('\\s', '\\p{White_Space}'), 'gu');
    preTokenizer.pre_tokenize_text = (text) => text.match(pattern) ?? [];
  }
  if (type === 'Split') correctSplit(preTokenizer, options);
  if (type === 'WhitespaceSplit') preTokenizer.pre_tokenize_text = (text) => text.match(WORD) ?? [];
}

/** The library knows no merging, keeps strings that are to be removed, and drops what is beside inverted patterns. */
function correctSplit(preTokenizer: PreTokenizer, { pattern, behavior, invert }: Settings): void {
  const { String: literal } = (pattern ?? {}) as { readonly String?: string };
  const regex =
    literal === undefined ? preTokenizer.pattern : new RegExp(literal.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'), 'g');
  if (regex === undefined || (behavior === 'Isolated' && invert !== true)) return;
  preTokenizer.pre_tokenize_text = (text) => splitPieces(text, regex, behavior as SplitBehavior, invert === true);
}

/** JavaScript lower-cases a Σ at the end of a word to ς; Python's tokenizers lower-case each character on its own. */
const lowerSigma = (text: string) => text.replaceAll('Σ', 'σ');

function before(normalizer: Normalizer, step: (text: string) => string): void {
  const normalize = normalizer.normalize.bind(normalizer);
  normalizer.normalize = (text) => normalize(step(text));
}
