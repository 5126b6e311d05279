import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';

/** What stands before a text, by what the text is. */
export interface Prompts {
  readonly query: string;
  readonly passage: string;
  /** Before a text of which nothing is known. */
  readonly other: string;
}

/** Where sentence-transformers keeps the prompts of a model folder. */
const FILE = 'config_sentence_transformers.json';

const Config = z.looseObject({
  prompts: z.record(z.string(), z.string()).nullish(),
  default_prompt_name: z.string().nullish(),
});

/** What sentence-transformers looks for in `encode_document`, in this order. */
const PASSAGE_NAMES = ['document', 'passage', 'corpus'];

/** The prompts that sentence-transformers' `encode_query`, `encode_document` and `encode` put before a text of this folder's model. */
export async function readPrompts(folder: string): Promise<Prompts> {
  const { prompts, default_prompt_name: name } = await readConfig(folder);
  const named = prompts ?? {};
  const other = (name && named[name]) || '';
  const passage = PASSAGE_NAMES.find((key) => named[key] !== undefined);
  return { query: named.query ?? other, passage: passage ? named[passage] : other, other };
}

/** Writes prompts where `readPrompts`, and sentence-transformers, find them; all else in the file stays. */
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
