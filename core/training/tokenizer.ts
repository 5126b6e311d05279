import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Tokenizer } from '@huggingface/tokenizers';
import { Fault } from '../contracts/fault.ts';
import type { TokenCounter } from '../contracts/model.ts';
import { readModelFolder } from './model-folder.ts';
import { readJson } from './read-json.ts';

/** A model's own tokenizer. */
export interface ModelTokenizer extends TokenCounter {
  /** Token ids, special ones included, cut to `maxLength` (default: `maxTokens`) so that the closing special token stays. */
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

/** @param vocabulary Rows of the model's word table: no token id may reach it. */
export async function loadTokenizer(
  folder: string,
  vocabulary: number,
  maxTokens: number,
  lowerCase: boolean,
): Promise<ModelTokenizer> {
  const file = join(folder, 'tokenizer.json');
  const description = (await readJson(
    file,
    'Save the model again with a fast tokenizer (transformers writes tokenizer.json).',
  )) as Record<string, unknown>;
  const settings = JSON.parse(await readFile(join(folder, 'tokenizer_config.json'), 'utf8').catch(() => '{}'));
  // Length is our business: the stored limits are often those of some past run.
  const { truncation: _, padding: __, ...plain } = description;
  let tokenizer: Tokenizer;
  try {
    tokenizer = new Tokenizer(plain, settings);
  } catch (cause) {
    throw new Fault(
      'input',
      `${file} holds a tokenizer that cannot be read.`,
      'Save the model again with a fast tokenizer.',
      { cause },
    );
  }
  const largest = Math.max(...[...tokenizer.get_vocab().values()]);
  if (largest >= vocabulary)
    throw new Fault(
      'input',
      `${file} has token ids up to ${largest}, but config.json gives the model only ${vocabulary} words.`,
      'Put the tokenizer and the weights of the same model together.',
    );
  const ids = (text: string) => tokenizer.encode(lowerCase ? text.toLowerCase() : text).ids;
  return {
    maxTokens,
    count: (text) => ids(text).length,
    encode(text, maxLength = maxTokens) {
      const all = ids(text);
      return all.length > maxLength ? [...all.slice(0, maxLength - 1), all.at(-1)] : all;
    },
  };
}
