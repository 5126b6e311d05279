import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { Fault } from '../../core/contracts/fault.ts';
import type { RetrainInput, RetrainRequest } from '../../core/contracts/retrain.ts';
import type { RunInput, RunRequest } from '../../core/contracts/run-input.ts';
import { type CheckedRetrain, type CheckedRun, checkRetrain, checkRun } from '../../core/run/parse-input.ts';
import { type Config, readConfig } from './config-file.ts';
import { absolute, absoluteModel, isUri, withoutPattern } from './location.ts';

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
 * start at the file's folder, those of flags at `cwd`.
 * @throws Fault `input` naming every fault by its path in the document.
 */
export async function requestOf(documents: readonly string[], flags: RunFlags, cwd: string): Promise<CheckedRun> {
  const config = flags.config === undefined ? {} : await readConfig(resolve(cwd, flags.config));
  const request = merge(config, await flagsAsConfig(documents, flags, cwd));
  if (request.documents === undefined && request.dataset === undefined) {
    throw new Fault(
      'input',
      'Neither documents nor a data set was given.',
      'Name documents (hone run docs/), or a data set (--dataset train.json --validation val.json), or a file that does (--config run.yaml).',
    );
  }
  return checkRun(request as RunRequest);
}

/**
 * The retraining that a config file asks for.
 * @throws Fault `input` naming every fault by its path in the document.
 */
export async function retrainRequestOf(config: string, cwd: string): Promise<CheckedRetrain> {
  return checkRetrain((await readConfig(resolve(cwd, config))) as RetrainRequest);
}

async function flagsAsConfig(documents: readonly string[], flags: RunFlags, cwd: string): Promise<Config> {
  const { dataset, validation, alsoOn } = flags;
  if ((dataset === undefined) !== (validation === undefined)) {
    const [given, missing] = dataset === undefined ? ['--validation', '--dataset'] : ['--dataset', '--validation'];
    throw new Fault(
      'input',
      `${given} was given without ${missing}.`,
      'Give both files: the training data set and the validation data set.',
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

/** Flags override the file field by field. Documents and data set are one choice: a flag for it replaces the file's. */
function merge(file: Config, flags: Config): Config {
  const merged: Config = { ...file };
  if (flags.documents !== undefined || flags.dataset !== undefined) {
    delete merged.documents;
    delete merged.dataset;
  }
  for (const [key, value] of Object.entries(flags)) {
    const before = merged[key];
    merged[key] = isObject(before) && isObject(value) && key !== 'dataset' ? { ...before, ...value } : value;
  }
  return merged;
}

/** The folders, files and `s3://` prefixes that a worker on this machine has to read for the run. */
export async function placesRead(input: RunInput | RetrainInput): Promise<string[]> {
  const { documents, dataset, model, questions, evaluation } = input;
  const generalSet = 'retrain' in input ? input.retrain.generalSet : undefined;
  const locations = [
    ...(documents ?? []),
    ...(dataset ? [dataset.train, dataset.validation] : []),
    ...(questions.ledger ? [questions.ledger] : []),
    ...evaluation.alsoOn,
    ...(generalSet ? [generalSet] : []),
  ];
  const places = await Promise.all(locations.filter((location) => !isUri(location)).map(existing));
  for (const location of locations) if (location.startsWith('s3://')) places.push(withoutPattern(location));
  if (model.startsWith('/') || model.startsWith('s3://')) places.push(model);
  return [...new Set(places)];
}

async function existing(location: string): Promise<string> {
  const path = withoutPattern(location);
  const found = await stat(path).catch(() => undefined);
  if (found === undefined) {
    throw new Fault('input', `There is no file or folder ${path}.`, 'Check the spelling, and that it can be read.');
  }
  return path;
}

function isObject(value: unknown): value is Config {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}

function defined(fields: Config): Config {
  return Object.fromEntries(
    Object.entries(fields).filter(
      ([, value]) => value !== undefined && !(isObject(value) && Object.keys(value).length === 0),
    ),
  );
}
