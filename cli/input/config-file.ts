import { readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { parse } from 'yaml';
import { Fault } from '../../core/contracts/fault.ts';
import { absolute, absoluteModel } from './location.ts';

/** A run input that nobody has checked yet. */
export type Config = Record<string, unknown>;

/**
 * Reads a run input from YAML or JSON (which YAML contains). Paths in it are taken from the file's own folder, so that
 * the file works from wherever it is called.
 * @throws Fault `input` if it cannot be read, or holds something other than a document of fields.
 */
export async function readConfig(path: string): Promise<Config> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (cause) {
    const reason = (cause as NodeJS.ErrnoException).code === 'ENOENT' ? 'does not exist' : 'cannot be read';
    throw new Fault('input', `The config file ${path} ${reason}.`, 'Check the path given with --config.', { cause });
  }
  let content: unknown;
  try {
    content = parse(text);
  } catch (cause) {
    const [reason] = (cause as Error).message.split('\n');
    throw new Fault('input', `The config file ${path} is neither YAML nor JSON: ${reason}`, 'Mend that line.', {
      cause,
    });
  }
  if (content === null || typeof content !== 'object' || Array.isArray(content)) {
    throw new Fault(
      'input',
      `The config file ${path} holds no fields.`,
      '`hone schema` prints what a run input may hold.',
    );
  }
  return fromFolder(content as Config, dirname(path));
}

/** Makes the paths absolute; what is not of the expected shape is left for the check of the whole to name. */
async function fromFolder(config: Config, folder: string): Promise<Config> {
  const located = (value: unknown): unknown => {
    if (typeof value === 'string') return absolute(value, folder);
    return Array.isArray(value) ? value.map(located) : value;
  };
  const fields = (value: unknown, ...names: string[]): unknown =>
    value === null || typeof value !== 'object' || Array.isArray(value)
      ? value
      : Object.fromEntries(Object.entries(value).map(([key, one]) => [key, names.includes(key) ? located(one) : one]));
  const { documents, dataset, model, questions, evaluation, retrain } = config;
  return {
    ...config,
    ...(documents === undefined ? {} : { documents: located(documents) }),
    ...(dataset === undefined ? {} : { dataset: fields(dataset, 'train', 'validation') }),
    ...(typeof model === 'string' ? { model: await absoluteModel(model, folder) } : {}),
    ...(questions === undefined ? {} : { questions: fields(questions, 'ledger') }),
    ...(evaluation === undefined ? {} : { evaluation: fields(evaluation, 'alsoOn') }),
    ...(retrain === undefined ? {} : { retrain: fields(retrain, 'generalSet') }),
  };
}
