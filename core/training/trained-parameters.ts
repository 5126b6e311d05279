import type { LossPoint, TrainingOptions } from '../contracts/training.ts';
import { decay } from './adamw.ts';
import type { ParameterState } from './devices/device.ts';
import type { ModelFolder } from './model-folder.ts';
import { allocateParameters, type Parameter } from './parameters.ts';
import type { TrainedVocabulary } from './trained-vocabulary.ts';
import { ModelWeights } from './weights.ts';

/** The model's parameters made ready for training, the word table reduced to the rows in use. */
export async function readTrained(
  { encoder, weightsFile }: ModelFolder,
  vocabulary: TrainedVocabulary,
): Promise<Parameter[]> {
  const weights = await ModelWeights.open(weightsFile, encoder);
  try {
    const width = encoder.parameters.get(encoder.wordTable)?.[1] as number;
    const parameters = allocateParameters(
      new Map([...encoder.parameters]).set(encoder.wordTable, [vocabulary.ids.length, width]),
    );
    for (const { name, weights: values } of parameters) {
      const whole = await weights.read(name);
      values.set(name === encoder.wordTable ? vocabulary.take(whole, width) : whole);
    }
    return parameters;
  } finally {
    await weights.close();
  }
}

/** After training: each parameter whole, by its Hugging Face name. */
export function tunedWeights(
  { encoder, weightsFile }: ModelFolder,
  parameters: readonly ParameterState[],
  vocabulary: TrainedVocabulary,
  losses: readonly LossPoint[],
  { weightDecay }: TrainingOptions,
): (name: string) => Promise<Float32Array> {
  const trained = new Map(parameters.map((parameter) => [parameter.name, parameter]));
  return async (name) => {
    const parameter = trained.get(name) as ParameterState;
    if (name !== encoder.wordTable) return parameter.weights;
    const decayed = losses.reduce((kept, point) => kept * decay(parameter, point.learningRate, weightDecay), 1);
    const base = await ModelWeights.open(weightsFile, encoder);
    try {
      return vocabulary.put(await base.read(name), parameter.weights, parameter.shape[1], decayed);
    } finally {
      await base.close();
    }
  };
}
