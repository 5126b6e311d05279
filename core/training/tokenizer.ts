import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Tokenizer } from '@huggingface/tokenizers';
import { Fault } from '../contracts/fault.ts';
import type { TokenCounter } from '../contracts/model.ts';
import { readModelFolder } from './model-folder.ts';
import { readJson } from './read-json.ts';
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
    correctTokenizer(tokenizer, plain);
  } catch (cause) {
    throw new Fault(
      'input',
      `${file} holds a tokenizer that cannot be read.`,
      'Save the model again with a fast tokenizer.',
      { cause },
    );
  }
  let largest = 0;
  for (const id of tokenizer.get_vocab().values()) largest = Math.max(largest, id);
  if (largest >= vocabulary)
    throw new Fault(
      'input',
      `${file} has token ids up to ${largest}, but config.json gives the model only ${vocabulary} words.`,
      'Put the tokenizer and the weights of the same model together.',
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

/** What the tokenizer puts before and after every text. */
function specialTokens(tokenizer: Tokenizer): [number[], number[]] {
  const text = 'a';
  const inner: number[] = tokenizer.encode(text, { add_special_tokens: false }).ids;
  const whole: number[] = tokenizer.encode(text).ids;
  const start = inner.length ? whole.indexOf(inner[0] as number) : whole.length;
  return [whole.slice(0, start), whole.slice(start + inner.length)];
}
