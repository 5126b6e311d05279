import { join } from 'node:path';
import type { DatasetResult, QADataset } from '../../core/contracts/dataset.ts';
import type { TrainingEstimate } from '../../core/contracts/estimate.ts';
import type { BaseModel } from '../../core/contracts/model.ts';
import type { StepResult } from '../../core/contracts/step-result.ts';
import { type TrainingInput, TrainingOptions } from '../../core/contracts/training.ts';
import { pairsOf, readPairs } from '../../core/dataset/pairs.ts';
import { chooseDevice } from '../../core/devices/choose-device.ts';
import { measureEmbedding } from '../../core/encoder/process/measure-embedding.ts';
import { candidatesOf, recipeOf } from '../../core/run/recipe-of.ts';
import { countSamples, planSteps } from '../../core/training/data/training-plan.ts';
import { runPilot } from '../../core/training/process/run-pilot.ts';
import { developmentSplit } from '../../core/training/recipe/development-set.ts';
import { readDataset } from '../runtime/artifacts.ts';
import type { StepContext } from '../runtime/context.ts';
import { counted } from '../runtime/count-noun.ts';
import { encoderOptions, openBase } from '../runtime/models.ts';

type Input = {
  base: BaseModel;
  dataset: Pick<DatasetResult, 'train' | 'validation'>;
  options: TrainingInput;
  /** Whether the run will mine hard negatives. */
  mining: boolean;
  /** Run the first training steps; if false, only the numbers of pairs and steps are computed. */
  measure: boolean;
};

/**
 * Estimates how long training and evaluation will take on this machine and how much memory they need, by running the
 * first training steps and embedding some texts. Stores nothing. Never reused, as the load of the machine changes.
 * @throws Fault `input` as `train`.
 */
export async function estimateTraining(context: StepContext, input: Input): Promise<StepResult<TrainingEstimate>> {
  const { dataset, measure } = input;
  const { store, scratch } = context;
  const started = performance.now();
  const file = join(scratch, 'train.json');
  await store.fetchObject(dataset.train, file);
  const plan = await planOf(context, input);
  const output = measure ? await measureTraining(context, input, plan, file) : await planTraining(file, plan);
  return { output, reused: false, seconds: (performance.now() - started) / 1000, summary: describe(output) };
}

async function planTraining(file: string, { options, trials }: Plan): Promise<TrainingEstimate> {
  const pairs = await readPairs(file);
  return {
    pairs: pairs.length,
    steps: planSteps(pairs, options, file).length,
    ...(trials && { trials: trials.count }),
  };
}

interface Plan {
  /** Scale and learning rate change neither time nor memory. */
  options: TrainingOptions;
  trials: { count: number; samples: number; texts: number } | undefined;
}

/** What will be trained, and how often. */
async function planOf({ store }: StepContext, { dataset, options: input }: Input): Promise<Plan> {
  const request = recipeOf(input);
  const options = TrainingOptions.parse(request.fixed);
  const { learningRates, merges, open } = candidatesOf(request);
  const split = open ? developmentSplit(await readDataset(store, dataset.train), options.seed) : undefined;
  if (!split) return { options, trials: undefined };
  const count = learningRates.length;
  const samples = countSamples(planSteps(pairsOf(split.train), options, 'the training data'));
  // The base model embeds the development texts as well.
  const texts = textsOf(split.development).length * (count * merges.length + 1);
  return { options, trials: { count, samples: count * samples, texts } };
}

async function measureTraining(
  context: StepContext,
  { base, dataset, mining }: Input,
  { options, trials }: Plan,
  file: string,
): Promise<TrainingEstimate> {
  const { store, scratch, signal, progress, threads, memory } = context;
  const modelFolder = await openBase(context, base);
  const device = await chooseDevice(context.device ?? 'cpu');
  const { pairs, steps, samples, measuredSteps, samplesPerSecond, peakBytes, recomputedLayers } = await runPilot(
    {
      modelFolder,
      dataset: file,
      options,
      outputFolder: join(scratch, 'model'),
      checkpointFolder: join(scratch, 'checkpoint'),
      device,
      threads,
      memory,
    },
    { signal, onProgress: progress },
  );
  const validationTexts = textsOf(await readDataset(store, dataset.validation));
  const textsPerSecond = await measureEmbedding(modelFolder, validationTexts, await encoderOptions(context, options));
  // Both base and tuned model embed the validation texts; mining embeds the training texts.
  const texts = 2 * validationTexts.length + (mining ? textsOf(await readDataset(store, dataset.train)).length : 0);
  return {
    pairs,
    steps,
    ...(trials && { trials: trials.count }),
    pilot: {
      steps: measuredSteps,
      samplesPerSecond,
      seconds: samples / samplesPerSecond,
      ...(trials && { trialSeconds: trials.samples / samplesPerSecond + trials.texts / textsPerSecond }),
      peakBytes,
      recomputedLayers,
      embeddingSeconds: texts / textsPerSecond,
    },
  };
}

function textsOf({ queries, corpus }: QADataset): string[] {
  return [...Object.values(queries), ...Object.values(corpus)];
}

function describe({ pairs, steps, pilot }: TrainingEstimate): string {
  const plan = `${counted(pairs, 'pair')} in ${counted(steps, 'step')}`;
  return pilot ? `${plan}, ${pilot.samplesPerSecond.toFixed(1)} pairs/s` : plan;
}
