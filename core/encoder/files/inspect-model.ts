import { embeddingDimension } from '../architectures/index.ts';
import type { Pooling } from '../forward/pooling.ts';
import { loadTokenizer } from '../tokenizer/tokenizer.ts';
import { readModelFolder } from './model-folder.ts';
import { ModelWeights } from './weights.ts';

export interface ModelDescription {
  /** The `model_type` of its configuration. */
  readonly architecture: string;
  readonly pooling: Pooling;
  /** See `ModelFolder`. */
  readonly poolingIsDefault: boolean;
  /** Largest number of tokens of a text, special tokens included. */
  readonly maxTokens: number;
  /** Dimension of the embeddings. */
  readonly dimension: number;
  readonly layers: number;
  readonly vocabulary: number;
  /** A linear map of query embeddings; see query-adapter.ts. */
  readonly queryAdapter: Float32Array | undefined;
  /** Number of weights that training can change. */
  readonly parameters: number;
}

/**
 * Describes the model of a folder. Validates its configuration, pooling, tokenizer and the shapes of all weights,
 * without reading the weights.
 * @throws Fault `input` naming what does not fit.
 */
export async function inspectModel(folder: string): Promise<ModelDescription> {
  const model = await readModelFolder(folder);
  const { encoder, pooling, poolingIsDefault, maxTokens, lowerCase, weightsFile, queryAdapter } = model;
  await loadTokenizer(folder, encoder.vocabulary, maxTokens, lowerCase);
  await (await ModelWeights.open(weightsFile, encoder)).close();
  return {
    architecture: encoder.type,
    pooling,
    poolingIsDefault,
    maxTokens,
    dimension: embeddingDimension(encoder),
    layers: encoder.layers,
    vocabulary: encoder.vocabulary,
    queryAdapter,
    parameters: [...encoder.parameters.values()].reduce<number>((n, shape) => n + shape.reduce((a, b) => a * b, 1), 0),
  };
}
