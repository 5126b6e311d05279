import { InferenceSession, Tensor } from 'onnxruntime-node';
import { copyGraph } from './copy-graph.ts';

type OutputLocation = NonNullable<InferenceSession.SessionOptions['preferredOutputLocation']>;
export type RuntimeOptions = Omit<InferenceSession.SessionOptions, 'executionProviders' | 'preferredOutputLocation'>;

/**
 * Opens a graph on the GPU. All sessions of a process share its device and memory, so the outputs of one can be inputs
 * of another.
 * @param outputs Where the outputs are put, `cpu` or `gpu-buffer`; for all of them, or by name.
 */
export function openOnGpu(
  onnx: Uint8Array,
  outputs: OutputLocation,
  options: RuntimeOptions = {},
): Promise<InferenceSession> {
  return InferenceSession.create(onnx, {
    ...options,
    executionProviders: ['webgpu'],
    preferredOutputLocation: outputs,
  });
}

/**
 * Copies between the host's memory and the GPU's, where tensors have the location `gpu-buffer`. The data of such a
 * tensor cannot be read directly (`getData` is not implemented in onnxruntime-node 1.30 and ends the process), so both
 * ways run a graph that copies. Invariant: whoever replaces a tensor on the GPU disposes of it, as the garbage
 * collector does not know how large it is.
 */
export interface Transfers {
  /** @returns A flat tensor, [n]. */
  upload(values: Float32Array): Promise<Tensor>;
  /** @param tensor Flat, [n]. */
  download(tensor: Tensor): Promise<Float32Array>;
  release(): Promise<void>;
}

export async function openTransfers(): Promise<Transfers> {
  const upload = await openOnGpu(copyGraph(), 'gpu-buffer');
  const download = await openOnGpu(copyGraph(), 'cpu');
  return {
    upload: async (values) => onlyOutput(await upload.run({ x: new Tensor('float32', values, [values.length]) })),
    download: async (tensor) => onlyOutput(await download.run({ x: tensor })).data as Float32Array,
    release: async () => {
      await upload.release();
      await download.release();
    },
  };
}

/** The same memory with another shape; valid until the original is disposed of. */
export function reshaped(tensor: Tensor, dims: readonly number[]): Tensor {
  return Tensor.fromGpuBuffer(tensor.gpuBuffer, { dataType: 'float32', dims });
}

export function flat(tensor: Tensor): Tensor {
  return reshaped(tensor, [tensor.size]);
}

/** The output of a graph that has one. */
export function onlyOutput(results: InferenceSession.OnnxValueMapType): Tensor {
  return Object.values(results)[0] as Tensor;
}

export function scalar(value: number): Tensor {
  return new Tensor('float32', Float32Array.of(value), []);
}
