import { readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { parse } from 'yaml';
import { Fault } from '../../core/contracts/fault.ts';
import { utf8OfFile } from '../../core/primitives/utf8-of-file.ts';
import { absolute, absoluteModel } from './location.ts';

/** A run input that has not been validated. */
export type Config = Record<string, unknown>;

export function hasFields(value: unknown): value is Config {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}

/**
 * Reads a run input from YAML or JSON (a subset of YAML). Relative paths in it are resolved against the file's folder,
 * so that the working directory does not matter.
 * @throws Fault `input` if it cannot be read, is not UTF-8, or is not an object.
 */
export async function readConfig(path: string): Promise<Config> {
  let bytes: Uint8Array;
  try {
    bytes = await readFile(path);
  } catch (cause) {
    const reason = (cause as NodeJS.ErrnoException).code === 'ENOENT' ? 'does not exist' : 'cannot be read';
    throw new Fault('input', `The config file ${path} ${reason}.`, 'Check the path given with --config.', { cause });
  }
  const text = utf8OfFile(bytes, `The config file ${path}`);
  let content: unknown;
  try {
    content = parse(text);
  } catch (cause) {
    const [reason] = (cause instanceof Error ? cause.message : String(cause)).split('\n');
    throw new Fault('input', `The config file ${path} is neither YAML nor JSON: ${reason}`, 'Correct that line.', {
      cause,
    });
  }
  if (!hasFields(content)) {
    throw new Fault(
      'input',
      `The config file ${path} has no fields.`,
      '`hone schema` prints the fields of a run input.',
    );
  }
  return resolvePaths(content, dirname(path));
}

/** Makes the paths absolute. Values of another type are left as they are; validation reports them later. */
async function resolvePaths(config: Config, folder: string): Promise<Config> {
  const resolved = (value: unknown): unknown => {
    if (typeof value === 'string') return absolute(value, folder);
    return Array.isArray(value) ? value.map(resolved) : value;
  };
  const withResolved = (value: unknown, ...names: string[]): unknown =>
    hasFields(value)
      ? Object.fromEntries(Object.entries(value).map(([key, one]) => [key, names.includes(key) ? resolved(one) : one]))
      : value;
  const { documents, dataset, model, questions, training, evaluation, retrain } = config;
  return {
    ...config,
    ...(documents === undefined ? {} : { documents: resolved(documents) }),
    ...(dataset === undefined ? {} : { dataset: withResolved(dataset, 'train', 'validation') }),
    ...(typeof model === 'string' ? { model: await absoluteModel(model, folder) } : {}),
    ...(questions === undefined ? {} : { questions: withResolved(questions, 'ledger') }),
    ...(training === undefined ? {} : { training: withResolved(training, 'generalSet') }),
    ...(evaluation === undefined ? {} : { evaluation: withResolved(evaluation, 'alsoOn') }),
    ...(retrain === undefined ? {} : { retrain: withResolved(retrain, 'generalSet') }),
  };
}
