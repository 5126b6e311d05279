import { patched } from '@temporalio/workflow';
import type { ArtifactRef } from '../../core/contracts/artifact.ts';
import type { BaseModel } from '../../core/contracts/model.ts';
import type { MergeScore, Recipe, Trial } from '../../core/contracts/recipe.ts';
import type { TrainingInput } from '../../core/contracts/training.ts';
import { chooseTrial } from '../../core/run/choose-trial.ts';
import { candidatesOf, type RecipeRequest, recipeOf } from '../../core/run/recipe-of.ts';
import { cpu, gpu } from '../activity-proxies.ts';
import type { RunStep } from './run-progress.ts';

/**
 * Chooses what the run input leaves open: the scale by the base model's own cosines, then learning rate and merge by
 * trials on a part of the training data, which run at the same time where there are several workers.
 * @param dataset The training data, with hard negatives if there are any.
 */
export async function chooseRecipe(
  runStep: RunStep,
  base: BaseModel,
  dataset: ArtifactRef,
  training: TrainingInput,
): Promise<Recipe> {
  // A run that an earlier version started trained with fixed values, and continues with them.
  const request = recipeOf(patched('choose-recipe') ? training : { ...training, recipe: 'llama-index' });
  const { fixed } = request;
  const calibration =
    request.scale === 'auto' ? await runStep(() => cpu.calibrateScale({ base, dataset, options: fixed })) : undefined;
  const scale = calibration?.scale ?? (request.scale as number);
  const { search, ...chosen } = await chooseByTrials(runStep, base, dataset, request, scale);
  return {
    options: { ...fixed, scale, learningRate: chosen.learningRate },
    merge: chosen.merge,
    calibration,
    search,
  };
}

type Chosen = Pick<Recipe, 'merge' | 'search'> & { learningRate: number };

async function chooseByTrials(
  runStep: RunStep,
  base: BaseModel,
  dataset: ArtifactRef,
  request: RecipeRequest,
  scale: number,
): Promise<Chosen> {
  const { fixed, generalSet } = request;
  const { learningRates, merges, open } = candidatesOf(request);
  const first = { learningRate: learningRates[0] as number, merge: merges[0] as number };
  if (!open) return first;
  const { split } = await runStep(() => cpu.holdOutDevelopment({ dataset, seed: fixed.seed }));
  if (!split) return first;
  const { development } = split;
  const general =
    generalSet === undefined ? undefined : (await runStep(() => cpu.importDataset({ location: generalSet }))).dataset;
  const questions = { base, development, general };
  const settled = await Promise.allSettled(
    learningRates.map((learningRate, i) =>
      runStep(() =>
        gpu.runTrial({
          ...questions,
          dataset: split.train,
          options: { ...fixed, scale, learningRate },
          merges,
          label: `trial ${i + 1} of ${learningRates.length}`,
        }),
      ),
    ),
  );
  const trials = settled.map(outputOf);
  const before = await runStep(() => cpu.scoreBase({ ...questions, options: fixed }));
  const { baseIsBetter, ...chosen } = chooseTrial(trials, before);
  const search = { development: split.counts, base: withoutLosses(before), trials: trials.map(trialWithoutLosses) };
  return { ...chosen, search: { ...search, baseIsBetter } };
}

/** The losses of single questions have served their purpose: results and reports do not carry them. */
function withoutLosses(score: MergeScore): MergeScore {
  const { losses: _, ...development } = score.development;
  if (!score.general) return { ...score, development };
  const { losses: __, ...general } = score.general;
  return { ...score, development, general };
}

function trialWithoutLosses({ scores, ...trial }: Trial): Trial {
  return { ...trial, scores: scores.map(withoutLosses) };
}

/** Waits for the others before it fails: a run that repeats its steps must not run a trial twice at the same time. */
function outputOf<T>(result: PromiseSettledResult<T>): T {
  if (result.status === 'rejected') throw result.reason;
  return result.value;
}
