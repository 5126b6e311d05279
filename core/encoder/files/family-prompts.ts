import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { familyOfPath, familyOfRepository, type PromptFamily } from './prompt-families.ts';
import { namesPrompts } from './prompts.ts';
import { exists } from './weights-file.ts';

export interface ModelOrigin {
  readonly folder: string;
  /** `owner/name`, if the folder was downloaded from the hub or from ModelScope under this name. */
  readonly repository?: string | undefined;
  /** What the user called a folder, or a place that it was downloaded from. */
  readonly path?: string | undefined;
}

/**
 * The family whose prompts a model was trained with, if its folder names none. A model is recognised by its name on the
 * hub; another folder by its own name, or by the name that config.json recorded when it was downloaded and saved.
 *
 * Invariant: a model that somebody has trained further keeps what its folder says, which may be no prompts: how it was
 * trained is not known. A repository of another owner is such a model too.
 */
export async function promptFamilyOf({
  folder,
  repository,
  path = folder,
}: ModelOrigin): Promise<PromptFamily | undefined> {
  if (await namesPrompts(folder)) return undefined;
  const { model_type: type, _name_or_path: savedFrom = '' } = await readConfig(folder);
  if (repository !== undefined) return familyOfRepository(repository, type);
  const family = familyOfPath(path, type) ?? familyOfPath(folder, type) ?? familyOfPath(savedFrom, type);
  return family && !(await isTuned(folder, type)) ? family : undefined;
}

const Config = z.looseObject({ model_type: z.string(), _name_or_path: z.string().optional() });

async function readConfig(folder: string): Promise<z.infer<typeof Config>> {
  return Config.parse(JSON.parse(await readFile(join(folder, 'config.json'), 'utf8')));
}

/** What trainers leave in a folder. */
const LEFT_BY_TRAINERS = ['trainer_state.json', 'training_args.bin', 'optimizer.pt'];
/** Tags in the cards of models that sentence-transformers or Hone has trained. */
const TRAINED = /^(generated_from_trainer$|dataset_size:|loss:)/;

/** Whether the folder holds a tuned version of the model that its names say. */
async function isTuned(folder: string, type: string): Promise<boolean> {
  for (const file of LEFT_BY_TRAINERS) if (await exists(join(folder, file))) return true;
  const { tags = [], base_model = [] } = await readCard(folder);
  if ([tags].flat().some((tag) => TRAINED.test(tag))) return true;
  return [base_model].flat().some((name) => familyOfPath(name, type) !== undefined);
}

const Names = z.union([z.string(), z.array(z.string())]);
const Card = z.looseObject({ tags: Names.optional(), base_model: Names.optional() });

/** The metadata of the model card; empty if there is none. */
async function readCard(folder: string): Promise<z.infer<typeof Card>> {
  try {
    const [, yaml = ''] = /^---\r?\n([\s\S]*?)\r?\n---/.exec(await readFile(join(folder, 'README.md'), 'utf8')) ?? [];
    return Card.parse(parse(yaml));
  } catch {
    return {};
  }
}
