import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';

/** Prompts that are put before a text, by the kind of text. */
export interface Prompts {
  readonly query: string;
  readonly passage: string;
  /** For a text whose kind is not given. */
  readonly other: string;
}

/** File in which sentence-transformers keeps the prompts of a model. */
const FILE = 'config_sentence_transformers.json';

const Config = z.looseObject({
  prompts: z.record(z.string(), z.string()).nullish(),
  default_prompt_name: z.string().nullish(),
});

/** Names that sentence-transformers' `encode_document` looks for, in this order. */
const PASSAGE_NAMES = ['document', 'passage', 'corpus'];

/**
 * The prompts that sentence-transformers puts before texts for this model, in `encode_query` (`query`),
 * `encode_document` (`passage`) and `encode` (`other`).
 */
export async function readPrompts(folder: string): Promise<Prompts> {
  const { prompts, default_prompt_name: name } = await readConfig(folder);
  const named = prompts ?? {};
  const other = (name && named[name]) || '';
  const [passage = other] = PASSAGE_NAMES.flatMap((key) => named[key] ?? []);
  return { query: named.query ?? other, passage, other };
}

/**
 * Whether the folder says which prompts its model takes. Empty prompts say nothing: sentence-transformers writes them
 * into every folder since its version 5.
 */
export async function namesPrompts(folder: string): Promise<boolean> {
  const { prompts, default_prompt_name: name } = await readConfig(folder);
  return Boolean(name) || Object.values(prompts ?? {}).some((prompt) => prompt !== '');
}

/**
 * Sets the prompts for queries and passages that `readPrompts` and sentence-transformers read; keeps other settings.
 */
export async function writePrompts(folder: string, { query, passage }: Omit<Prompts, 'other'>): Promise<void> {
  const config = await readConfig(folder);
  const synonyms = PASSAGE_NAMES.filter((key) => config.prompts?.[key] !== undefined);
  const passages = Object.fromEntries(['document', ...synonyms].map((key) => [key, passage]));
  const changed = { ...config, prompts: { ...config.prompts, query, ...passages } };
  await writeFile(join(folder, FILE), `${JSON.stringify(changed, null, 2)}\n`);
}

async function readConfig(folder: string): Promise<z.infer<typeof Config>> {
  try {
    return Config.parse(JSON.parse(await readFile(join(folder, FILE), 'utf8')));
  } catch {
    return {};
  }
}
