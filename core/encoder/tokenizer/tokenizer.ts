import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Tokenizer } from '@huggingface/tokenizers';
import { Fault } from '../../contracts/fault.ts';
import type { TokenCounter } from '../../contracts/model.ts';
import { readModelFolder } from '../files/model-folder.ts';
import { readJson } from '../files/read-json.ts';
import { correctTokenizer } from './tokenizer-corrections.ts';

/** A model's own tokenizer. */
export interface ModelTokenizer extends TokenCounter {
  /** Token ids, cut to `maxLength` (default: `maxTokens`); the special tokens before and after the text count and stay. */
  encode(text: string, maxLength?: number): number[];
}

/**
 * The tokenizer of a sentence-transformers folder.
 * @throws Fault `input` if the folder is not a model that Hone reads, or its tokenizer does not fit it.
 */
export async function openTokenizer(folder: string): Promise<ModelTokenizer> {
  const model = await readModelFolder(folder);
  return loadTokenizer(folder, model.encoder.vocabulary, model.maxTokens, model.lowerCase);
}

const KINDS: readonly string[] = ['WordPiece', 'BPE', 'Unigram'];

/** What of tokenizer.json is looked at here; the rest is the library's. */
type Description = Parameters<typeof correctTokenizer>[1] & {
  readonly truncation?: unknown;
  readonly padding?: unknown;
  readonly added_tokens?: readonly { readonly id: number }[];
  /** Files of early releases have no type. */
  readonly model: { readonly type?: string; readonly vocab: Readonly<Record<string, number>> | readonly unknown[] };
};

/** Known words, unknown ones and several scripts: what a tokenizer that is not whole stumbles over. */
const PROBE = 'a word, 中文, \u{1F9FF} and \u{10FFFD}';

/** @param vocabulary Rows of the model's word table: no token id may reach it. */
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
  let known: number[];
  try {
    // Length is our business: the stored limits are often those of some past run.
    const { truncation: _, padding: __, ...plain } = description as Description;
    if (plain.model.type && !KINDS.includes(plain.model.type)) throw new Error(`a tokenizer of ${plain.model.type}`);
    tokenizer = new Tokenizer(plain, settings);
    correctTokenizer(tokenizer, plain);
    known = [...tokenIds(plain), ...tokenizer.encode(PROBE).ids];
  } catch (cause) {
    throw new Fault(
      'input',
      `${file} holds a tokenizer that cannot be read.`,
      `Save the model again with a fast tokenizer of ${KINDS.join(', ')}.`,
      { cause },
    );
  }
  const largest = known.reduce((most, id) => Math.max(most, id), 0);
  if (largest >= vocabulary)
    throw new Fault(
      'input',
      `${file} has token ids up to ${largest}, but config.json gives the model only ${vocabulary} words.`,
      'Put the tokenizer and the weights of the same model together.',
    );
  if (!known.every((id) => Number.isInteger(id) && id >= 0))
    throw new Fault(
      'input',
      `${file} makes tokens that have no id, such as those of unknown words.`,
      'Save the model again with a fast tokenizer.',
    );
  const ids = (text: string): number[] => {
    const whole = text.toWellFormed();
    return tokenizer.encode(lowerCase ? whole.toLowerCase() : whole, { add_special_tokens: false }).ids;
  };
  const [opening, closing] = specialTokens(tokenizer);
  const around = opening.length + closing.length;
  return {
    maxTokens,
    count: (text) => ids(text).length + around,
    encode(text, maxLength = maxTokens) {
      const kept = ids(text).slice(0, Math.max(0, maxLength - around));
      return [...opening, ...kept, ...closing];
    },
  };
}

/** Every id that the file gives a token; in a list of Unigram's, they are the places. */
function tokenIds({ model: { vocab }, added_tokens: added = [] }: Description): number[] {
  const ids = Array.isArray(vocab) ? vocab.keys() : Object.values(vocab as Readonly<Record<string, number>>);
  return [...ids, ...added.map(({ id }) => id)];
}

/** What the tokenizer puts before and after every text. */
function specialTokens(tokenizer: Tokenizer): [number[], number[]] {
  const text = 'a';
  const inner: number[] = tokenizer.encode(text, { add_special_tokens: false }).ids;
  const whole: number[] = tokenizer.encode(text).ids;
  const start = inner.length ? whole.indexOf(inner[0] as number) : whole.length;
  return [whole.slice(0, start), whole.slice(start + inner.length)];
}
