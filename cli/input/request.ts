import { resolve } from 'node:path';
import { Fault } from '../../core/contracts/fault.ts';
import type { RetrainRequest } from '../../core/contracts/retrain.ts';
import type { RunRequest } from '../../core/contracts/run-input.ts';
import { type CheckedRetrain, type CheckedRun, checkRetrain, checkRun } from '../../core/run/parse-input.ts';
import { type Config, hasFields, readConfig } from './config-file.ts';
import { absolute, absoluteModel } from './location.ts';

/** Flags of `hone run`, named as commander names them. */
export interface RunFlags {
  config?: string;
  dataset?: string;
  validation?: string;
  model?: string;
  questions?: 'llm' | 'headings';
  ask?: 'live' | 'batch' | 'auto';
  perChunk?: number;
  budget?: number;
  language?: string;
  recipe?: 'auto' | 'llama-index';
  epochs?: number;
  batchSize?: number;
  learningRate?: number;
  maxLength?: number;
  seed?: number;
  publish?: string;
  compareWith?: string[];
  alsoOn?: string[];
}

/**
 * The run that a command line asks for: the config file, overridden by flags, with absolute local paths. Relative paths
 * in the file start at its folder, those of arguments and flags at `cwd`.
 * @throws Fault `input` if the config file cannot be read, or listing every error of the run input with its path.
 */
export async function requestOf(documents: readonly string[], flags: RunFlags, cwd: string): Promise<CheckedRun> {
  const config = flags.config === undefined ? {} : await readConfig(resolve(cwd, flags.config));
  const request = merge(config, await flagsAsConfig(documents, flags, cwd));
  if (request.documents === undefined && request.dataset === undefined) {
    throw new Fault(
      'input',
      'Neither documents nor a dataset was given.',
      'Give documents (hone run docs/), a dataset (--dataset train.json --validation val.json), or a config file with either (--config run.yaml).',
    );
  }
  // `checkRun` validates it.
  return checkRun(request as RunRequest);
}

/**
 * The retraining that a config file asks for, with absolute local paths; relative ones start at the file's folder.
 * @throws Fault as `requestOf`.
 */
export async function retrainRequestOf(config: string, cwd: string): Promise<CheckedRetrain> {
  const request = await readConfig(resolve(cwd, config));
  // `checkRetrain` validates it.
  return checkRetrain(request as RetrainRequest);
}

async function flagsAsConfig(documents: readonly string[], flags: RunFlags, cwd: string): Promise<Config> {
  const { dataset, validation, alsoOn } = flags;
  if ((dataset === undefined) !== (validation === undefined)) {
    const [given, missing] = dataset === undefined ? ['--validation', '--dataset'] : ['--dataset', '--validation'];
    throw new Fault(
      'input',
      `${given} was given without ${missing}.`,
      'Give both files: the training dataset and the validation dataset.',
    );
  }
  return defined({
    documents: documents.length > 0 ? documents.map((location) => absolute(location, cwd)) : undefined,
    dataset:
      dataset === undefined || validation === undefined
        ? undefined
        : { train: absolute(dataset, cwd), validation: absolute(validation, cwd) },
    model: flags.model === undefined ? undefined : await absoluteModel(flags.model, cwd),
    questions: defined({
      from: flags.questions,
      mode: flags.ask,
      perChunk: flags.perChunk,
      budget: flags.budget,
      language: flags.language,
    }),
    training: defined({
      recipe: flags.recipe,
      epochs: flags.epochs,
      batchSize: flags.batchSize,
      learningRate: flags.learningRate,
      maxLength: flags.maxLength,
      seed: flags.seed,
    }),
    evaluation: defined({ compareWith: flags.compareWith, alsoOn: alsoOn?.map((location) => absolute(location, cwd)) }),
    publish: defined({ name: flags.publish }),
  });
}

/** Flags override the file field by field. Documents and dataset are one choice: a flag for it replaces the file's. */
function merge(file: Config, flags: Config): Config {
  const merged: Config = { ...file };
  if (flags.documents !== undefined || flags.dataset !== undefined) {
    delete merged.documents;
    delete merged.dataset;
  }
  for (const [key, value] of Object.entries(flags)) {
    const before = merged[key];
    merged[key] = hasFields(before) && hasFields(value) && key !== 'dataset' ? { ...before, ...value } : value;
  }
  return merged;
}

/** Leaves out fields that are undefined or empty objects, so that the defaults of the schema apply. */
function defined(fields: Config): Config {
  return Object.fromEntries(
    Object.entries(fields).filter(
      ([, value]) => value !== undefined && !(hasFields(value) && Object.keys(value).length === 0),
    ),
  );
}
