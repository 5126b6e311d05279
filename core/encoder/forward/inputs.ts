import type { InferenceSession, Tensor } from 'onnxruntime-node';
import type { Graph, Value } from '../../autodiff/index.ts';
import type { Shape } from '../architectures/index.ts';

/**
 * Declares the parameters of a model as inputs of a graph.
 * @returns A function that finds a parameter by name. It throws an Error if the name is not in `shapes`.
 */
export function parameterInputs(graph: Graph, shapes: Iterable<readonly [string, Shape]>): (name: string) => Value {
  const inputs = new Map([...shapes].map(([name, shape]) => [name, graph.input(name, 'float32', shape)]));
  return (name) => {
    const input = inputs.get(name);
    if (!input) throw new Error(`the model uses a parameter ${name} that it did not declare`);
    return input;
  };
}

/**
 * Selects the inputs that a session has from a batch and the weights; inputs that a graph does not use are not in it.
 */
export function feedsOf(
  session: InferenceSession,
  batch: Readonly<Record<string, Tensor>>,
  weights: ReadonlyMap<string, Tensor>,
): Record<string, Tensor> {
  return Object.fromEntries(session.inputNames.map((name) => [name, (batch[name] ?? weights.get(name)) as Tensor]));
}
