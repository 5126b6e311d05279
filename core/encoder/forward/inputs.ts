import type { InferenceSession, Tensor } from 'onnxruntime-node';
import type { Graph, Value } from '../../autodiff/index.ts';
import type { Shape } from '../architectures/index.ts';

/**
 * Declares a model's parameters as inputs of a graph.
 * @returns What finds each by its name.
 */
export function parameterInputs(graph: Graph, shapes: Iterable<readonly [string, Shape]>): (name: string) => Value {
  const inputs = new Map([...shapes].map(([name, shape]) => [name, graph.input(name, 'float32', shape)]));
  return (name) => {
    const input = inputs.get(name);
    if (!input) throw new Error(`the model asks for a parameter ${name} that it did not declare`);
    return input;
  };
}

/** What a session asks for, of a batch and the weights: a graph leaves out the inputs that it does not need. */
export function feedsOf(
  session: InferenceSession,
  batch: Readonly<Record<string, Tensor>>,
  weights: ReadonlyMap<string, Tensor>,
): Record<string, Tensor> {
  return Object.fromEntries(session.inputNames.map((name) => [name, (batch[name] ?? weights.get(name)) as Tensor]));
}
