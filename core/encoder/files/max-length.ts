import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { exists } from './weights-file.ts';

const Config = z.record(z.string(), z.unknown());
/** The setting in a tokenizer.json, which may be tens of megabytes; other bytes of it are kept. */
const TRUNCATION = /"truncation":\s*(null|\{[^{}]*\})/;

/**
 * Sets the number of tokens to which texts are truncated, special tokens included, wherever a reader looks for it:
 * `max_seq_length` (sentence-transformers, Text Embeddings Inference), `model_max_length` (transformers,
 * transformers.js), and the truncation of tokenizer.json (tokenizers).
 */
export async function writeMaxLength(folder: string, maxLength: number): Promise<void> {
  await edit(join(folder, 'sentence_bert_config.json'), '{}', (text) =>
    withSetting(text, { max_seq_length: maxLength }),
  );
  await edit(join(folder, 'tokenizer_config.json'), undefined, (text) =>
    withSetting(text, { model_max_length: maxLength }),
  );
  await edit(join(folder, 'tokenizer.json'), undefined, (text) =>
    text.replace(TRUNCATION, (_, before: string) => {
      const settings = { direction: 'Right', strategy: 'LongestFirst', stride: 0, ...JSON.parse(before) };
      return `"truncation": ${JSON.stringify({ ...settings, max_length: maxLength })}`;
    }),
  );
}

function withSetting(text: string, setting: Record<string, number>): string {
  return `${JSON.stringify({ ...Config.parse(JSON.parse(text)), ...setting }, null, 2)}\n`;
}

/** @param initial the text of a file that does not exist; if undefined, none is written. */
async function edit(file: string, initial: string | undefined, change: (text: string) => string): Promise<void> {
  const text = (await exists(file)) ? await readFile(file, 'utf8') : initial;
  if (text !== undefined) await writeFile(file, change(text));
}
