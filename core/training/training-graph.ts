import { backward, Graph, toOnnx, type Value } from './autodiff/index.ts';
import { type DropoutSite, type PackedLayout, packedRows } from './forward/packed-pass.ts';
import { normalise } from './forward/pooling.ts';
import { rankingLoss } from './loss.ts';
import type { Encoder, Shape } from './models/index.ts';

export interface TrainingGraph {
  readonly onnx: Uint8Array;
  /** Name of the output that holds the loss. */
  readonly loss: string;
  /** Parameter -> name of the output that holds its gradient. */
  readonly gradients: ReadonlyMap<string, string>;
  readonly dropout: readonly DropoutSite[];
}

/**
 * Forward pass, ranking loss and the gradient of every trained parameter as one graph whose inputs are the parameters and a packed batch.
 * @param shapes Of the parameters as they are fed: the word table may have fewer rows than the model's.
 * @param trained Names of the parameters that are trained.
 */
export function trainingGraph(
  encoder: Encoder,
  shapes: ReadonlyMap<string, Shape>,
  trained: readonly string[],
  { scale, layout }: { scale: number; layout: Omit<PackedLayout, 'train'> },
): TrainingGraph {
  const graph = new Graph();
  const parameters = new Map([...shapes].map(([name, shape]) => [name, graph.input(name, 'float32', shape)]));
  const parameter = (name: string): Value => {
    const value = parameters.get(name);
    if (!value) throw new Error(`the model asks for a parameter ${name} that it did not declare`);
    return value;
  };
  const { rows, dropout } = packedRows(graph, encoder, parameter, { ...layout, train: true });
  const loss = graph.within('loss', () => rankingLoss(normalise(rows), scale));
  const gradients = backward(loss, trained.map(parameter));
  const outputs = [loss, ...gradients].map((value) => ({ value }));
  return {
    onnx: toOnnx(graph, outputs),
    loss: loss.name,
    gradients: new Map(trained.map((name, i) => [name, gradients[i]?.name as string])),
    dropout,
  };
}
