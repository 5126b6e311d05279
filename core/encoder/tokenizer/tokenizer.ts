import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Tokenizer } from '@huggingface/tokenizers';
import { Fault } from '../../contracts/fault.ts';
import type { TokenCounter } from '../../contracts/model.ts';
import { readModelFolder } from '../files/model-folder.ts';
import { readJson } from '../files/read-json.ts';
import { correctModel, correctSingleWords, correctTokenizer, knownNormalizer } from './tokenizer-corrections.ts';

/** The tokenizer of a model. */
export interface ModelTokenizer extends TokenCounter {
  /**
   * Token ids of a text, truncated to `maxLength` (default: `maxTokens`). Special tokens before and after the text
   * count, and are kept.
   * @param special Whether to add special tokens. Default true.
   */
  encode(text: string, maxLength?: number, special?: boolean): number[];
}

/**
 * Opens the tokenizer of a sentence-transformers folder.
 * @throws Fault `input` if the folder is not a valid model that Hone supports, or its tokenizer does not fit the model.
 */
export async function openTokenizer(folder: string): Promise<ModelTokenizer> {
  const model = await readModelFolder(folder);
  return loadTokenizer(folder, model.encoder.vocabulary, model.maxTokens, model.lowerCase);
}

const KINDS: readonly string[] = ['WordPiece', 'BPE', 'Unigram'];

/** The parts of tokenizer.json that are used here; the library reads the others. */
type Description = Parameters<typeof correctTokenizer>[1] & {
  readonly truncation?: unknown;
  readonly padding?: unknown;
  readonly added_tokens?: readonly { readonly id: number; readonly content?: string; readonly single_word?: boolean }[];
  /** Early releases wrote no type. */
  readonly model: {
    readonly type?: string;
    readonly byte_fallback?: boolean;
    readonly vocab: Readonly<Record<string, number>> | readonly unknown[];
  };
};

/** A text with common words, unknown words and several scripts, on which an incomplete tokenizer fails. */
const PROBE = 'a word, 中文, \u{1F9FF} and \u{10FFFD}';

/**
 * Opens the `tokenizer.json` of a folder.
 * @param vocabulary Rows of the token embedding table. Token ids must be smaller.
 * @throws Fault `input` if the tokenizer is missing, invalid, not supported, or has other ids.
 */
export async function loadTokenizer(
  folder: string,
  vocabulary: number,
  maxTokens: number,
  lowerCase: boolean,
): Promise<ModelTokenizer> {
  const file = join(folder, 'tokenizer.json');
  const description = await readJson(
    file,
    'Save the model again with a fast tokenizer (transformers writes tokenizer.json).',
  );
  const settings = JSON.parse(await readFile(join(folder, 'tokenizer_config.json'), 'utf8').catch(() => '{}'));
  let tokenizer: Tokenizer;
  let allIds: number[];
  try {
    // Truncation and padding settings are ignored: they are often those of an earlier training.
    const { truncation: _, padding: __, ...plain } = description as Description;
    if (plain.model.type && !KINDS.includes(plain.model.type))
      throw new Error(`the tokenizer is a ${plain.model.type} model`);
    const known = { ...plain, normalizer: plain.normalizer ? knownNormalizer(plain.normalizer) : null };
    tokenizer = new Tokenizer(known, settings);
    correctTokenizer(tokenizer, known);
    correctModel(tokenizer.model, plain.model);
    correctSingleWords(tokenizer, plain.added_tokens ?? []);
    allIds = [...tokenIds(plain), ...tokenizer.encode(PROBE).ids];
  } catch (cause) {
    throw new Fault(
      'input',
      `${file} holds a tokenizer that cannot be read.`,
      `Save the model again with a fast tokenizer of ${KINDS.join(', ')}.`,
      { cause },
    );
  }
  const largest = allIds.reduce((max, id) => Math.max(max, id), 0);
  if (largest >= vocabulary)
    throw new Fault(
      'input',
      `${file} has token ids up to ${largest}, but config.json sets vocab_size to ${vocabulary}.`,
      'Put the tokenizer and the weights of the same model together.',
    );
  if (!allIds.every((id) => Number.isInteger(id) && id >= 0))
    throw new Fault(
      'input',
      `${file} produces tokens that have no id, such as those for unknown words.`,
      'Save the model again with a fast tokenizer.',
    );
  const ids = (text: string): number[] => {
    const wellFormed = text.toWellFormed();
    const normal = lowerCase ? wellFormed.toLowerCase() : wellFormed;
    return tokenizer.encode(normal, { add_special_tokens: false }).ids;
  };
  const [before, after] = specialTokens(tokenizer);
  const special = before.length + after.length;
  return {
    maxTokens,
    count: (text) => ids(text).length + special,
    encode(text, maxLength = maxTokens, withSpecial = true) {
      if (!withSpecial) return ids(text).slice(0, maxLength);
      const kept = ids(text).slice(0, Math.max(0, maxLength - special));
      return [...before, ...kept, ...after];
    },
  };
}

/** All token ids in the file. In the list of a Unigram model they are the indices. */
function tokenIds({ model: { vocab }, added_tokens: added = [] }: Description): number[] {
  const ids = Array.isArray(vocab) ? vocab.keys() : Object.values(vocab as Readonly<Record<string, number>>);
  return [...ids, ...added.map(({ id }) => id)];
}

/** The special tokens that the tokenizer puts before and after every text. */
function specialTokens(tokenizer: Tokenizer): [number[], number[]] {
  const text = 'a';
  const inner: number[] = tokenizer.encode(text, { add_special_tokens: false }).ids;
  const whole: number[] = tokenizer.encode(text).ids;
  const start = inner.length ? whole.indexOf(inner[0] as number) : whole.length;
  return [whole.slice(0, start), whole.slice(start + inner.length)];
}
