import { backward, Graph, mul, sum, type Value } from '../../autodiff/index.ts';
import type { Encoder, Shape } from '../../encoder/architectures/index.ts';
import { parameterInputs } from '../../encoder/forward/inputs.ts';
import { type DropoutSite, type PackedLayout, packedEmbeddings } from '../../encoder/forward/packed-pass.ts';
import { normalise } from '../../encoder/forward/pooling.ts';
import { type LossOptions, rankingLoss } from '../loss/ranking-loss.ts';

/** What training computes from a batch: values of one graph, whose inputs are the parameters and the batch. */
export interface TrainingProgram {
  readonly loss: Value;
  /** By the name of each trained parameter. */
  readonly gradients: ReadonlyMap<string, Value>;
  /** The embeddings alone, [texts, width], with dropout as in training; a graph of its own. */
  readonly embeddings?: Value;
  readonly dropout: readonly DropoutSite[];
}

export interface ProgramOptions {
  /** Names of the parameters that are trained. */
  readonly trained: readonly string[];
  readonly layout: Omit<PackedLayout, 'train'>;
}

/**
 * Forward pass, ranking loss, and the gradient of every trained parameter. The inputs are a packed batch, those that
 * `rankingLoss` declares, and `share`, float32 []: the part of the batch in the loss and the gradients of its step.
 * @param shapes Of the parameters as they are fed; the token embeddings may have fewer rows than the model's.
 */
export function trainingProgram(
  encoder: Encoder,
  shapes: ReadonlyMap<string, Shape>,
  lossOptions: LossOptions,
  options: ProgramOptions,
): TrainingProgram {
  const { embeddings, dropout, trained } = forwardPass(encoder, shapes, options);
  const { graph } = embeddings;
  const share = graph.input('share', 'float32', []);
  const loss = graph.within('loss', () => mul(rankingLoss(normalise(embeddings), lossOptions), share));
  return { loss, gradients: gradientsOf(loss, trained), dropout };
}

/**
 * The two passes of GradCache over a mini-batch (see cached-gradients.ts). `embeddings` is the first pass, without
 * gradients. `gradients` is the second: it takes the gradient of the loss by the embeddings as the input
 * `embeddingGradients`, float32 [texts, width], back to the trained parameters. `loss` is only the value that these
 * gradients are derived from, and not a loss.
 */
export function gradCacheProgram(
  encoder: Encoder,
  shapes: ReadonlyMap<string, Shape>,
  options: ProgramOptions,
): Required<TrainingProgram> {
  const { embeddings, dropout, trained } = forwardPass(encoder, shapes, options);
  const upstream = embeddings.graph.input('embeddingGradients', 'float32', embeddings.shape);
  const loss = sum(mul(embeddings, upstream));
  return {
    loss,
    gradients: gradientsOf(loss, trained),
    embeddings: forwardPass(encoder, shapes, options).embeddings,
    dropout,
  };
}

/** @param parameters The values to derive by, by name. */
export function gradientsOf(loss: Value, parameters: ReadonlyMap<string, Value>): Map<string, Value> {
  const gradients = backward(loss, [...parameters.values()]);
  return new Map([...parameters.keys()].map((name, i) => [name, gradients[i] as Value]));
}

function forwardPass(encoder: Encoder, shapes: ReadonlyMap<string, Shape>, { layout, trained }: ProgramOptions) {
  const graph = new Graph();
  const parameter = parameterInputs(graph, shapes);
  const { embeddings, dropout } = packedEmbeddings(graph, encoder, parameter, { ...layout, train: true });
  return { embeddings, dropout, trained: new Map(trained.map((name) => [name, parameter(name)])) };
}
