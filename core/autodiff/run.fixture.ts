import { InferenceSession, Tensor } from 'onnxruntime-node';
import { type ElementType, type Graph, toOnnx, type Value } from './index.ts';

export interface Data {
  readonly shape: readonly number[];
  readonly values: readonly number[] | Float32Array;
}

/**
 * Opens a session over a graph.
 * @returns A function from the data of the inputs, by name, to the data of `outputs`.
 */
export async function runnable(
  graph: Graph,
  outputs: readonly Value[],
  threads = 1,
  options: InferenceSession.SessionOptions = {},
) {
  const model = toOnnx(
    graph,
    outputs.map((value) => ({ value })),
  );
  const session = await InferenceSession.create(model, {
    intraOpNumThreads: threads,
    logSeverityLevel: 3,
    ...options,
  });
  const types = new Map(graph.inputs.map(({ name, type }) => [name, type]));
  return async (data: Readonly<Record<string, Data>>): Promise<Data[]> => {
    const used = Object.entries(data).filter(([name]) => session.inputNames.includes(name));
    const feeds = used.map(([name, { shape, values }]) => [name, tensor(types.get(name), values, shape)]);
    const results = await session.run(Object.fromEntries(feeds));
    return outputs.map(({ name }) => {
      const { data: values, dims } = results[name] as Tensor;
      return { shape: dims, values: values as Float32Array };
    });
  };
}

function tensor(type: ElementType | undefined, values: Data['values'], shape: readonly number[]): Tensor {
  if (type === 'int64') return new Tensor('int64', BigInt64Array.from(values, BigInt), shape);
  if (type === 'int32') return new Tensor('int32', Int32Array.from(values), shape);
  return new Tensor('float32', Float32Array.from(values), shape);
}
