import { rowWidth } from '../architectures/index.ts';
import type { Pooling } from '../forward/pooling.ts';
import { loadTokenizer } from '../tokenizer/tokenizer.ts';
import { readModelFolder } from './model-folder.ts';
import { ModelWeights } from './weights.ts';

export interface ModelDescription {
  /** The `model_type` of its configuration. */
  readonly architecture: string;
  readonly pooling: Pooling;
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
  const { encoder, pooling, maxTokens, lowerCase, weightsFile } = await readModelFolder(folder);
  await loadTokenizer(folder, encoder.vocabulary, maxTokens, lowerCase);
  await (await ModelWeights.open(weightsFile, encoder)).close();
  return {
    architecture: encoder.type,
    pooling,
    maxTokens,
    dimension: rowWidth(encoder),
    layers: encoder.layers,
    vocabulary: encoder.vocabulary,
    parameters: [...encoder.parameters.values()].reduce<number>((n, shape) => n + shape.reduce((a, b) => a * b, 1), 0),
  };
}
