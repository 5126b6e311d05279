import { InferenceSession, Tensor } from 'onnxruntime-node';
import { encodeModel, Graph, lower, toOnnx, type Value, WEBGPU } from '../../autodiff/index.ts';
import { asDeviceFault } from '../../devices/device-fault.ts';
import type { DeviceName } from '../../devices/device-names.ts';
import type { ModelFolder } from '../files/model-folder.ts';
import { ModelWeights } from '../files/weights.ts';
import { feedsOf, parameterInputs } from './inputs.ts';
import { type PackedLayout, packedEmbeddings } from './packed-pass.ts';
import { normalise } from './pooling.ts';

type Layout = Pick<PackedLayout, 'chunks' | 'groups'>;

export interface EmbeddingSessionOptions extends Pick<InferenceSession.SessionOptions, 'extra'> {
  readonly device: DeviceName;
  /** Of the runtime, on a CPU. */
  readonly threads: number;
}

/** A model that computes embeddings of packed batches. */
export interface EmbeddingSession {
  /** @returns Unit vectors, [texts, dimension]. */
  embeddings(batch: Readonly<Record<string, Tensor>>): Promise<Float32Array>;
}

/**
 * Opens a model on a device. On a GPU the weights are constants of the graph, which the runtime moves there once.
 * @throws Fault `input` if the weights do not fit the configuration; `exhausted` if the device lacks memory.
 */
export async function openEmbeddingSession(
  model: ModelFolder,
  layout: Layout,
  { device, threads, extra }: EmbeddingSessionOptions,
): Promise<EmbeddingSession> {
  const weights = await readWeights(model);
  const options = { intraOpNumThreads: threads, enableMemPattern: false, ...(extra && { extra }) };
  const open = () =>
    device === 'cpu' ? openOnCpu(model, layout, weights, options) : openOnGpu(model, layout, weights, device, options);
  const run = await open().catch((error) => Promise.reject(asDeviceFault(device, error)));
  return {
    embeddings: (batch) => run(batch).catch((error) => Promise.reject(asDeviceFault(device, error))),
  };
}

type Run = (batch: Readonly<Record<string, Tensor>>) => Promise<Float32Array>;
type Weights = ReadonlyMap<string, Float32Array<ArrayBuffer>>;

/** The weights are inputs, which the runtime reads in place. */
async function openOnCpu(
  model: ModelFolder,
  layout: Layout,
  weights: Weights,
  options: InferenceSession.SessionOptions,
): Promise<Run> {
  const graph = new Graph();
  const shapes = model.encoder.parameters;
  const embeddings = embeddingsOf(graph, model, layout, parameterInputs(graph, shapes));
  const session = await InferenceSession.create(toOnnx(graph, [{ value: embeddings }]), options);
  const tensors = new Map(
    [...weights].map(([name, values]) => [name, new Tensor('float32', values, shapes.get(name) as number[])]),
  );
  return async (batch) => onlyOutput(await session.run(feedsOf(session, batch, tensors)));
}

/** External data, because Protobuf limits a model to 2 GB: each tensor is a file, which exists only in memory. */
async function openOnGpu(
  model: ModelFolder,
  layout: Layout,
  weights: Weights,
  device: Exclude<DeviceName, 'cpu'>,
  options: InferenceSession.SessionOptions,
): Promise<Run> {
  const graph = new Graph();
  const constants = new Map<string, Value>();
  const constantOf = (name: string) => {
    const shape = model.encoder.parameters.get(name) as number[];
    const constant = constants.get(name) ?? graph.weights(name, weights.get(name) as Float32Array, shape);
    constants.set(name, constant);
    return constant;
  };
  const embeddings = embeddingsOf(graph, model, layout, constantOf);
  const [output] = device === 'webgpu' ? lower([embeddings], WEBGPU).outputs : [embeddings];
  const externalData: { path: string; data: Uint8Array }[] = [];
  const onnx = encodeModel(output.graph, [{ value: output }], ({ value: { name }, data }) => {
    if (!constants.has(name)) return undefined;
    externalData.push({ path: name, data });
    return { location: name, offset: 0 };
  });
  const session = await InferenceSession.create(Buffer.concat(onnx), {
    ...options,
    externalData,
    executionProviders: [device],
  });
  return async (batch) => onlyOutput(await session.run(feedsOf(session, batch, new Map())));
}

function embeddingsOf(
  graph: Graph,
  { encoder, pooling }: ModelFolder,
  layout: Layout,
  parameter: (name: string) => Value,
): Value {
  const { embeddings } = packedEmbeddings(graph, encoder, parameter, { ...layout, pooling, train: false });
  return normalise(embeddings);
}

async function readWeights({ encoder, weightsFile }: ModelFolder): Promise<Weights> {
  const file = await ModelWeights.open(weightsFile, encoder);
  try {
    const weights = new Map<string, Float32Array<ArrayBuffer>>();
    for (const name of file.tensors.keys()) weights.set(name, await file.read(name));
    return weights;
  } finally {
    await file.close();
  }
}

function onlyOutput(results: InferenceSession.OnnxValueMapType): Float32Array {
  return (Object.values(results)[0] as Tensor).data as Float32Array;
}
