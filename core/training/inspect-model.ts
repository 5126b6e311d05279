import { readModelFolder } from './model-folder.ts';
import { bertParameters } from './models/bert.ts';
import { loadTokenizer } from './tokenizer.ts';
import { ModelWeights } from './weights.ts';

export interface ModelDescription {
  readonly architecture: 'bert';
  readonly pooling: 'mean' | 'cls';
  /** Most tokens it reads at once, special ones included. */
  readonly maxTokens: number;
  /** Width of a text's row. */
  readonly dimension: number;
  readonly layers: number;
  readonly vocabulary: number;
  /** Numbers that training may change. */
  readonly parameters: number;
}

/**
 * What a model folder holds, all of it checked (configuration, pooling, tokenizer, every weight's shape) without reading the weights.
 * @throws Fault `input` naming what does not fit and what to do.
 */
export async function inspectModel(folder: string): Promise<ModelDescription> {
  const { config, pooling, maxTokens, lowerCase, weightsFile } = await readModelFolder(folder);
  const shapes = bertParameters(config);
  await loadTokenizer(folder, config.vocab_size, maxTokens, lowerCase);
  await (await ModelWeights.open(weightsFile, shapes)).close();
  return {
    architecture: 'bert',
    pooling,
    maxTokens,
    dimension: config.hidden_size,
    layers: config.num_hidden_layers,
    vocabulary: config.vocab_size,
    parameters: [...shapes.values()].reduce((n, shape) => n + shape.reduce((a, b) => a * b, 1), 0),
  };
}
