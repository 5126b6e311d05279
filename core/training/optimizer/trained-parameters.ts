import type { LossPoint, TrainingOptions } from '../../contracts/training.ts';
import { adapterNames, type Encoder, type Shape } from '../../encoder/architectures/index.ts';
import type { ModelFolder } from '../../encoder/files/model-folder.ts';
import { ModelWeights } from '../../encoder/files/weights.ts';
import type { TrainedVocabulary } from '../data/trained-vocabulary.ts';
import type { ParameterState } from '../devices/device.ts';
import { decay } from './adamw.ts';
import { adapterShapes, initialise, merged, withAdapters } from './lora.ts';
import { allocateParameters, type FrozenParameter, type Parameter } from './parameters.ts';
import { trainedNames } from './trained-names.ts';

export interface TrainedModel {
  /** With its adapters, if there are any. */
  readonly encoder: Encoder;
  readonly trained: readonly Parameter[];
  readonly frozen: readonly FrozenParameter[];
}

/**
 * The model's parameters made ready for training, the word table reduced to the rows in use.
 * @throws Fault `input` if `freeze` or `lora` do not fit the model.
 */
export async function readTrained(
  { encoder: base, weightsFile }: ModelFolder,
  vocabulary: TrainedVocabulary,
  { freeze, lora, seed }: Pick<TrainingOptions, 'freeze' | 'lora' | 'seed'>,
): Promise<TrainedModel> {
  const encoder = lora ? withAdapters(base, lora) : base;
  const names = lora ? new Set<string>() : trainedNames(base, freeze);
  const weights = await ModelWeights.open(weightsFile, base);
  try {
    const width = base.parameters.get(base.tokenEmbeddingTable)?.[1] as number;
    const shapes = new Map<string, Shape>([...base.parameters]).set(base.tokenEmbeddingTable, [
      vocabulary.ids.length,
      width,
    ]);
    const read = async (name: string) => {
      const whole = await weights.read(name);
      return name === base.tokenEmbeddingTable ? vocabulary.take(whole, width) : whole;
    };
    const trained = allocateParameters(
      new Map([...[...shapes].filter(([name]) => names.has(name)), ...adapterShapes(encoder, base)]),
    );
    for (const [i, { name, shape, weights: values }] of trained.entries())
      if (names.has(name)) values.set(await read(name));
      else initialise(name, shape, values, seed, i);
    const frozen: FrozenParameter[] = [];
    for (const [name, shape] of shapes) if (!names.has(name)) frozen.push({ name, shape, weights: await read(name) });
    return { encoder, trained, frozen };
  } finally {
    await weights.close();
  }
}

/** After training: each parameter whole, by its Hugging Face name, adapters merged. */
export function tunedWeights(
  { encoder, weightsFile }: ModelFolder,
  parameters: readonly ParameterState[],
  vocabulary: TrainedVocabulary,
  losses: readonly LossPoint[],
  { weightDecay, lora }: TrainingOptions,
): (name: string) => Promise<Float32Array> {
  const trained = new Map(parameters.map((parameter) => [parameter.name, parameter]));
  const base = async (name: string) => {
    const weights = await ModelWeights.open(weightsFile, encoder);
    try {
      return await weights.read(name);
    } finally {
      await weights.close();
    }
  };
  return async (name) => {
    const parameter = trained.get(name);
    if (parameter) {
      if (name !== encoder.tokenEmbeddingTable) return parameter.weights;
      const decayed = losses.reduce((kept, point) => kept * decay(parameter, point.learningRate, weightDecay), 1);
      return vocabulary.put(await base(name), parameter.weights, parameter.shape[1], decayed);
    }
    const { down, up } = adapterNames(name.replace(/\.weight$/, ''));
    const [A, B] = [trained.get(down), trained.get(up)];
    return lora && A && B ? merged(await base(name), A.weights, B.weights, lora) : base(name);
  };
}
