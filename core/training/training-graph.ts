import { backward, Graph, toOnnx } from './autodiff/index.ts';
import { rankingLoss } from './loss.ts';
import { bertParameters } from './models/bert.ts';
import type { BertConfig } from './models/bert-config.ts';
import { packedRows } from './packing.ts';

export interface TrainingGraph {
  readonly onnx: Uint8Array;
  /** Name of the output that holds the loss. */
  readonly loss: string;
  /** Parameter -> name of the output that holds its gradient. */
  readonly gradients: ReadonlyMap<string, string>;
}

/**
 * Forward pass, ranking loss and every parameter's gradient as one graph whose inputs are the parameters and a packed batch.
 * @param config With `vocab_size` set to the number of word rows that are trained.
 */
export function trainingGraph(config: BertConfig, { scale, groups }: { scale: number; groups: number }): TrainingGraph {
  const graph = new Graph();
  const parameters = new Map(
    [...bertParameters(config)].map(([name, shape]) => [name, graph.input(name, 'float32', shape)]),
  );
  const parameter = (name: string) => {
    const value = parameters.get(name);
    if (!value) throw new Error(`the model asks for a parameter ${name} that it did not declare`);
    return value;
  };
  const loss = graph.within('loss', () =>
    rankingLoss(packedRows(graph, config, parameter, { groups, train: true }), scale),
  );
  const gradients = backward(loss, [...parameters.values()]);
  return {
    onnx: toOnnx(
      graph,
      [loss, ...gradients].map((value) => ({ value })),
    ),
    loss: loss.name,
    gradients: new Map([...parameters.keys()].map((name, i) => [name, gradients[i]?.name as string])),
  };
}
