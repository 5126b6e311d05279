import { backward, Graph, mul, sum, type Value } from '../../autodiff/index.ts';
import type { Encoder, Shape } from '../../encoder/architectures/index.ts';
import { parameterInputs } from '../../encoder/forward/inputs.ts';
import {
  type DropoutSite,
  type PackedEmbeddings,
  type PackedLayout,
  packedEmbeddings,
} from '../../encoder/forward/packed-pass.ts';
import { normalise } from '../../encoder/forward/pooling.ts';
import { type LossOptions, rankingLoss } from '../loss/ranking-loss.ts';

/** What training computes of a batch, as values of a graph whose inputs are the parameters and the batch. */
export interface TrainingProgram {
  readonly loss: Value;
  /** Of every parameter that is trained. */
  readonly gradients: ReadonlyMap<string, Value>;
  /** In training, with its dropout, but in a graph of its own: the texts' rows and nothing else, [texts, hidden]. */
  readonly rows?: Value;
  readonly dropout: readonly DropoutSite[];
}

export interface ProgramOptions {
  /** Names of the parameters that are trained. */
  readonly trained: readonly string[];
  readonly layout: Omit<PackedLayout, 'train'>;
}

/**
 * Forward pass, ranking loss and the gradient of every trained parameter, over a packed batch, what `rankingLoss` asks for, and `share`,
 * float32 []: the batch's part in the loss of its step, and so in the gradients.
 * @param shapes Of the parameters as they are fed: the word table may have fewer rows than the model's.
 */
export function trainingProgram(
  encoder: Encoder,
  shapes: ReadonlyMap<string, Shape>,
  loss: LossOptions,
  options: ProgramOptions,
): TrainingProgram {
  const { embeddings: rows, dropout, parameter } = encoded(encoder, shapes, options);
  const share = rows.graph.input('share', 'float32', []);
  const value = rows.graph.within('loss', () => mul(rankingLoss(normalise(rows), loss), share));
  return { loss: value, gradients: gradientsOf(value, options.trained, parameter), dropout };
}

/**
 * The two passes of GradCache over a part of a batch (see cached-gradients.ts): its rows without gradients, then, from `seed`, the gradient of the
 * loss by these rows, float32 [texts, hidden], that of every trained parameter. `loss` is rows · seed and means nothing.
 */
export function seededProgram(
  encoder: Encoder,
  shapes: ReadonlyMap<string, Shape>,
  options: ProgramOptions,
): Required<TrainingProgram> {
  const { embeddings: rows, dropout, parameter } = encoded(encoder, shapes, options);
  const loss = sum(mul(rows, rows.graph.input('seed', 'float32', rows.shape)));
  return {
    loss,
    gradients: gradientsOf(loss, options.trained, parameter),
    rows: encoded(encoder, shapes, options).embeddings,
    dropout,
  };
}

/** The ranking loss of `rows`, float32 [texts, hidden], times `share`, and its gradient by them. */
export function lossGraph(hidden: number, options: LossOptions): { loss: Value; gradient: Value } {
  const graph = new Graph();
  const rows = graph.input('rows', 'float32', ['texts', hidden]);
  const loss = mul(rankingLoss(normalise(rows), options), graph.input('share', 'float32', []));
  const [gradient] = backward(loss, [rows]);
  return { loss, gradient };
}

function encoded(
  encoder: Encoder,
  shapes: ReadonlyMap<string, Shape>,
  { layout }: ProgramOptions,
): PackedEmbeddings & { parameter(name: string): Value } {
  const graph = new Graph();
  const parameter = parameterInputs(graph, shapes);
  return { ...packedEmbeddings(graph, encoder, parameter, { ...layout, train: true }), parameter };
}

function gradientsOf(loss: Value, trained: readonly string[], parameter: (name: string) => Value): Map<string, Value> {
  const gradients = backward(loss, trained.map(parameter));
  return new Map(trained.map((name, i) => [name, gradients[i]]));
}
