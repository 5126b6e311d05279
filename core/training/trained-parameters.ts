import type { LossPoint, TrainingOptions } from '../contracts/training.ts';
import { decay, newParameter, type Parameter } from './adamw.ts';
import type { ModelFolder } from './model-folder.ts';
import { bertParameters, WORD_TABLE } from './models/bert.ts';
import type { TrainedVocabulary } from './trained-vocabulary.ts';
import { ModelWeights } from './weights.ts';

/** The model's parameters made ready for training, the word table reduced to the rows in use. */
export async function readTrained(
  { config, weightsFile }: ModelFolder,
  vocabulary: TrainedVocabulary,
): Promise<Parameter[]> {
  const weights = await ModelWeights.open(weightsFile, bertParameters(config));
  try {
    const parameters: Parameter[] = [];
    for (const [name, { shape }] of weights.tensors) {
      const whole = await weights.read(name);
      parameters.push(
        name === WORD_TABLE
          ? newParameter(name, [vocabulary.ids.length, config.hidden_size], vocabulary.take(whole, config.hidden_size))
          : newParameter(name, shape, whole),
      );
    }
    return parameters;
  } finally {
    await weights.close();
  }
}

/** After training: each parameter whole, by its Hugging Face name. */
export function tunedWeights(
  { config, weightsFile }: ModelFolder,
  parameters: readonly Parameter[],
  vocabulary: TrainedVocabulary,
  losses: readonly LossPoint[],
  { weightDecay }: TrainingOptions,
): (name: string) => Promise<Float32Array> {
  const trained = new Map(parameters.map((parameter) => [parameter.name, parameter]));
  return async (name) => {
    const parameter = trained.get(name) as Parameter;
    if (name !== WORD_TABLE) return parameter.weights;
    const decayed = losses.reduce((kept, point) => kept * decay(parameter, point.learningRate, weightDecay), 1);
    const base = await ModelWeights.open(weightsFile, bertParameters(config));
    try {
      return vocabulary.put(await base.read(name), parameter.weights, config.hidden_size, decayed);
    } finally {
      await base.close();
    }
  };
}
