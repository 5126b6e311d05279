import { backward, Graph, type Value } from './autodiff/index.ts';
import { type DropoutSite, type PackedLayout, packedRows } from './forward/packed-pass.ts';
import { normalise } from './forward/pooling.ts';
import { rankingLoss } from './loss.ts';
import type { Encoder, Shape } from './models/index.ts';

/** What training computes, as values of one graph whose inputs are the parameters and a packed batch. */
export interface TrainingProgram {
  readonly loss: Value;
  /** Of every parameter that is trained. */
  readonly gradients: ReadonlyMap<string, Value>;
  readonly dropout: readonly DropoutSite[];
}

/**
 * Forward pass, ranking loss and the gradient of every trained parameter.
 * @param shapes Of the parameters as they are fed: the word table may have fewer rows than the model's.
 * @param trained Names of the parameters that are trained.
 */
export function trainingProgram(
  encoder: Encoder,
  shapes: ReadonlyMap<string, Shape>,
  trained: readonly string[],
  { scale, layout }: { scale: number; layout: Omit<PackedLayout, 'train'> },
): TrainingProgram {
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
  return { loss, gradients: new Map(trained.map((name, i) => [name, gradients[i] as Value])), dropout };
}
