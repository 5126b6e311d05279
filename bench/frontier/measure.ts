import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { QADataset } from '../../core/contracts/dataset.ts';
import type { Recipe } from '../../core/contracts/recipe.ts';
import { TrainingOptions } from '../../core/contracts/training.ts';
import { pairsOf } from '../../core/dataset/pairs.ts';
import { parseDataset } from '../../core/dataset/parse-dataset.ts';
import { developmentSplit } from '../../core/training/recipe/development-set.ts';
import { withHarness } from '../../tests/harness/harness.ts';
import { createProject, lastJson } from '../../tests/harness/project.ts';
import { trainPeer } from '../peers/sentence-transformers.ts';
import { score } from '../score.ts';
import type { Case } from './cases.ts';
import { HONE, PEER_DEFAULT, PEER_GRID } from './recipes.ts';

export interface Settings {
  readonly epochs: number;
  readonly maxLength: number;
  readonly threads: number;
}

/** One training with one recipe. nDCG@10 of 0 to 1. */
export interface Measurement {
  readonly ndcg: number;
  /** Wall-clock seconds from base model and data to tuned folder, trials included, evaluation not. */
  readonly seconds: number;
  /** On the validation datasets of the other cases. */
  readonly general: Readonly<Record<string, number>>;
  /** What was trained with. */
  readonly chosen: { readonly scale: number; readonly learningRate: number; readonly merge: number };
  /** What Hone tried to choose it, if anything. */
  readonly search?: Recipe['search'];
}

/** All measurements of a case, by recipe and then by seed. */
export interface CaseResult {
  readonly name: string;
  /** nDCG@10 of the base model, on the case's own and on the other datasets. */
  readonly base: { readonly ndcg: number; readonly general: Readonly<Record<string, number>> };
  readonly recipes: Record<string, Record<string, Measurement>>;
}

/** @param recipe One of `RECIPES`. */
export function measure(one: Case, recipe: string, seed: number, settings: Settings): Promise<Measurement> {
  return recipe in HONE ? measureHone(one, recipe, seed, settings) : measurePeer(one, recipe, seed, settings);
}

/** Runs `hone run` in an empty project, as a user does. */
function measureHone(one: Case, recipe: string, seed: number, settings: Settings): Promise<Measurement> {
  const { epochs, maxLength } = settings;
  return withHarness(async (harness) => {
    const project = await createProject(harness);
    const config = {
      dataset: { train: one.train, validation: one.validation },
      model: one.model,
      training: { ...HONE[recipe], seed, epochs, maxLength },
      evaluation: { bm25: false },
    };
    await project.write({ 'run.yaml': JSON.stringify(config) });
    const running = project.start(['run', '--config', 'run.yaml', '--json']);
    await running.waitForLog(/^ {2}train /m);
    const started = performance.now();
    await running.waitForLog(/^ {2}evaluate /m);
    const seconds = (performance.now() - started) / 1000;
    const ended = await running.ended;
    if (ended.code !== 0 && ended.code !== 3) throw new Error(`hone run failed:\n${ended.stderr}`);
    const result = lastJson(ended);
    const { options, merge, search } = result.recipe;
    return {
      ndcg: result.tuned['ndcg@10'],
      seconds,
      general: await scoreAll(result.model, one, settings),
      chosen: { scale: options.scale, learningRate: options.learningRate, merge },
      search,
    };
  });
}

async function measurePeer(one: Case, recipe: string, seed: number, settings: Settings): Promise<Measurement> {
  const folder = await mkdtemp(join(tmpdir(), 'hone-bench-'));
  const dataset = parseDataset(await readFile(one.train, 'utf8'), one.train);
  const started = performance.now();
  try {
    const chosen = recipe === 'st best' ? await bestOfGrid(one, dataset, seed, settings, folder) : PEER_DEFAULT;
    const tuned = join(folder, 'tuned');
    await train(one.model, dataset, { ...chosen, seed }, settings, tuned);
    const seconds = (performance.now() - started) / 1000;
    return {
      ndcg: await scoreFile(tuned, one.validation, settings),
      seconds,
      general: await scoreAll(tuned, one, settings),
      chosen: { ...chosen, merge: 1 },
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** The scale and learning rate with the highest nDCG on the same development questions that Hone's trials use. */
async function bestOfGrid(one: Case, dataset: QADataset, seed: number, settings: Settings, folder: string) {
  const split = developmentSplit(dataset, seed);
  if (!split) return PEER_DEFAULT;
  let best = { ...PEER_DEFAULT, ndcg: Number.NEGATIVE_INFINITY };
  for (const candidate of PEER_GRID) {
    const tuned = join(folder, 'trial');
    await train(one.model, split.train, { ...candidate, seed }, settings, tuned);
    const ndcg = await score(tuned, split.development, settings);
    if (ndcg > best.ndcg) best = { ...candidate, ndcg };
    await rm(tuned, { recursive: true, force: true });
  }
  const { scale, learningRate } = best;
  return { scale, learningRate };
}

async function train(
  model: string,
  dataset: QADataset,
  chosen: { scale: number; learningRate: number; seed: number },
  { epochs, maxLength, threads }: Settings,
  saveTo: string,
): Promise<void> {
  const pairs = pairsOf(dataset).map(({ query, passage }) => [query, passage] as const);
  const options = TrainingOptions.parse({ ...chosen, epochs });
  await trainPeer({ ...options, model, pairs, maxLength, precision: 'fp32', dropout: true, threads, saveTo });
}

/** nDCG@10 on the validation datasets of the other cases, by name. */
export async function scoreAll(model: string, { general }: Case, settings: Settings): Promise<Record<string, number>> {
  const scores: Record<string, number> = {};
  for (const [name, path] of general) scores[name] = await scoreFile(model, path, settings);
  return scores;
}

/** nDCG@10 on a dataset in a file. */
export async function scoreFile(model: string, path: string, settings: Settings): Promise<number> {
  return score(model, parseDataset(await readFile(path, 'utf8'), path), settings);
}
