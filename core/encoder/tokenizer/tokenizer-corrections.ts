import { readCharsmap } from './sentencepiece-charsmap.ts';

/*
 * Where @huggingface/tokenizers 0.2 turns a text into other tokens than Python's tokenizers, which models are made and served with.
 * tokenizer-figures.test.ts holds both to the same ids, and names the differences that stay.
 */

/** What tokenizer.json says of a step; a `Sequence` lists further ones. */
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
/** The library's own types of these cannot be had: their declarations import in a way that Node does not follow. */
interface Steps<N, P> {
  readonly normalizer?: N | null;
  readonly pre_tokenizer?: P | null;
}

/** Ideographs beyond U+FFFF that the BERT normaliser sets apart; Python's has a hole from U+2B820 to U+2B91F, and so has this. */
const IDEOGRAPHS = /[\u{20000}-\u{2a6df}\u{2a700}-\u{2b81f}\u{2b920}-\u{2ceaf}\u{2f800}-\u{2fa1f}]/gu;

// White space is what Unicode says; JavaScript's `\s` and `trim` have U+FEFF too and lack U+0085.
const LEADING_SPACE = /^\p{White_Space}+/u;
const TRAILING_SPACE = /(?<!\p{White_Space})\p{White_Space}+$/u;
const WORD = /\P{White_Space}+/gu;
/** GPT-2's pattern. */
const BYTE_LEVEL =
  /'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\p{White_Space}\p{L}\p{N}]+|\p{White_Space}+(?!\P{White_Space})|\p{White_Space}+/gu;

/**
 * Makes a tokenizer that was just read treat texts as Python's does.
 * @throws RangeError if the rules of its normaliser are cut off.
 */
export function correctTokenizer(
  tokenizer: Steps<Normalizer, PreTokenizer>,
  settings: Steps<Settings, Settings>,
): void {
  if (tokenizer.normalizer && settings.normalizer) correctNormalizer(tokenizer.normalizer, settings.normalizer);
  if (tokenizer.pre_tokenizer && settings.pre_tokenizer)
    correctPreTokenizer(tokenizer.pre_tokenizer, settings.pre_tokenizer);
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

function correctPreTokenizer(preTokenizer: PreTokenizer, { type, pretokenizers }: Settings): void {
  if (type === 'Sequence')
    for (const [i, one] of (preTokenizer.tokenizers ?? []).entries())
      correctPreTokenizer(one, pretokenizers?.[i] ?? {});
  if (type === 'ByteLevel') preTokenizer.pattern = BYTE_LEVEL;
  if (type === 'WhitespaceSplit') preTokenizer.pre_tokenize_text = (text) => text.match(WORD) ?? [];
}

/** JavaScript writes the Σ that ends a word as ς; Python's tokenizers lower each character by itself. */
const lowerSigma = (text: string) => text.replaceAll('Σ', 'σ');

function before(normalizer: Normalizer, step: (text: string) => string): void {
  const normalize = normalizer.normalize.bind(normalizer);
  normalizer.normalize = (text) => normalize(step(text));
}
