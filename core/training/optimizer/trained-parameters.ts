import { Fault } from '../../contracts/fault.ts';
import type { LossPoint, TrainingOptions } from '../../contracts/training.ts';
import { layerOf } from '../../encoder/architectures/architecture.ts';
import { adapterNames, type Encoder, type Shape } from '../../encoder/architectures/index.ts';
import type { ModelFolder } from '../../encoder/files/model-folder.ts';
import { ModelWeights } from '../../encoder/files/weights.ts';
import type { TrainedVocabulary } from '../data/trained-vocabulary.ts';
import type { ParameterState } from '../devices/device.ts';
import { decay } from './adamw.ts';
import { adapterShapes, initialiseAdapter, mergeAdapter, withAdapters } from './lora.ts';
import { allocateParameters, type FrozenParameter, type Parameter } from './parameters.ts';

export interface TrainedModel {
  /** With low-rank adapters, if `lora` is given. */
  readonly encoder: Encoder;
  readonly trained: readonly Parameter[];
  readonly frozen: readonly FrozenParameter[];
}

/**
 * Reads the parameters of a model for training. The token embeddings are reduced to the rows in use.
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
      const values = await weights.read(name);
      return name === base.tokenEmbeddingTable ? vocabulary.gather(values, width) : values;
    };
    const trained = allocateParameters(
      new Map([...[...shapes].filter(([name]) => names.has(name)), ...adapterShapes(encoder, base)]),
    );
    for (const [i, { name, shape, weights: values }] of trained.entries())
      if (names.has(name)) values.set(await read(name));
      else initialiseAdapter(name, shape, values, seed, i);
    const frozen: FrozenParameter[] = [];
    for (const [name, shape] of shapes) if (!names.has(name)) frozen.push({ name, shape, weights: await read(name) });
    return { encoder, trained, frozen };
  } finally {
    await weights.close();
  }
}

/** @throws Fault `input` if more layers are to be frozen than there are, or nothing is left to train. */
function trainedNames(
  { parameters, layers }: Pick<Encoder, 'parameters' | 'layers'>,
  { embeddings = false, layers: frozen = 0 }: NonNullable<TrainingOptions['freeze']> = {},
): ReadonlySet<string> {
  const isTrained = (name: string) => !(embeddings && name.startsWith('embed')) && (layerOf(name) ?? frozen) >= frozen;
  const names = new Set([...parameters.keys()].filter(isTrained));
  if (frozen > layers || names.size === 0)
    throw new Fault(
      'input',
      `freeze.layers is ${frozen}, but the model has ${layers} layers${frozen > layers ? '' : ', and then nothing is left to train'}.`,
      `Freeze fewer than ${layers} layers.`,
    );
  return names;
}

/**
 * The weights of the tuned model: a function from the Hugging Face name of a parameter to its values, with adapters
 * merged and all rows of the token embeddings.
 * @param parameters The trained ones.
 * @param losses Of the steps that led to them.
 */
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
      const width = parameter.shape[1] as number;
      const decayed = losses.reduce(
        (product, { learningRate }) => product * decay(parameter, learningRate, weightDecay),
        1,
      );
      return vocabulary.scatter(await base(name), parameter.weights, width, decayed);
    }
    const { down, up } = adapterNames(name.replace(/\.weight$/, ''));
    const [A, B] = [trained.get(down), trained.get(up)];
    return lora && A && B ? mergeAdapter(await base(name), A.weights, B.weights, lora) : base(name);
  };
}
