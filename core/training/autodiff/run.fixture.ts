import { InferenceSession, Tensor } from 'onnxruntime-node';
import { type Graph, toOnnx, type Value } from './index.ts';

export interface Data {
  readonly shape: readonly number[];
  readonly values: readonly number[] | Float32Array;
}

/** Makes a graph runnable: from the inputs' data, by name, to the values of `outputs`. */
export async function runnable(graph: Graph, outputs: readonly Value[], threads = 1) {
  const session = await InferenceSession.create(
    toOnnx(
      graph,
      outputs.map((value) => ({ value })),
    ),
    {
      intraOpNumThreads: threads,
      logSeverityLevel: 3,
    },
  );
  const types = new Map(graph.inputs.map(({ name, type }) => [name, type]));
  return async (data: Readonly<Record<string, Data>>): Promise<Data[]> => {
    const feeds = Object.entries(data).filter(([name]) => session.inputNames.includes(name));
    const results = await session.run(
      Object.fromEntries(
        feeds.map(([name, { shape, values }]) => [
          name,
          types.get(name) === 'int64'
            ? new Tensor('int64', BigInt64Array.from(values, BigInt), shape)
            : new Tensor('float32', Float32Array.from(values), shape),
        ]),
      ),
    );
    return outputs.map(({ name }) => {
      const { data: values, dims } = results[name];
      return { shape: dims, values: values as Float32Array };
    });
  };
}
