import { InferenceSession, Tensor } from 'onnxruntime-node';
import { copyGraph } from './resident-graphs.ts';

type Location = InferenceSession.SessionOptions['preferredOutputLocation'];
export type RuntimeOptions = Omit<InferenceSession.SessionOptions, 'executionProviders' | 'preferredOutputLocation'>;

/** Opens a graph on the GPU. All sessions of a process share its device and memory, so what one puts out another can take in. */
export function openOnGpu(
  onnx: Uint8Array,
  outputs: Location,
  options: RuntimeOptions = {},
): Promise<InferenceSession> {
  return InferenceSession.create(onnx, {
    ...options,
    executionProviders: ['webgpu'],
    preferredOutputLocation: outputs,
  });
}

/*
 * Tensors in the GPU's memory, which the binding hands out as `gpu-buffer`. Such a tensor cannot be asked for its data (`getData` is not implemented
 * in onnxruntime-node 1.30 and ends the process), so both ways lead through a graph that copies. Whoever supersedes a tensor disposes of it:
 * the garbage collector does not see how large they are.
 */
export interface Transfers {
  /** Flat, [n]. */
  onto(values: Float32Array): Promise<Tensor>;
  off(tensor: Tensor): Promise<Float32Array>;
  release(): Promise<void>;
}

export async function openTransfers(): Promise<Transfers> {
  const upload = await openOnGpu(copyGraph(), 'gpu-buffer');
  const download = await openOnGpu(copyGraph(), 'cpu');
  return {
    onto: async (values) => only(await upload.run({ x: new Tensor('float32', values, [values.length]) })),
    off: async (tensor) => only(await download.run({ x: tensor })).data as Float32Array,
    release: async () => {
      await upload.release();
      await download.release();
    },
  };
}

/** The same memory under another shape; it lives as long as the original is not disposed of. */
export function reshaped(tensor: Tensor, dims: readonly number[]): Tensor {
  return Tensor.fromGpuBuffer(tensor.gpuBuffer, { dataType: 'float32', dims });
}

export function flat(tensor: Tensor): Tensor {
  return reshaped(tensor, [tensor.size]);
}

/** The one output of a graph that has one. */
export function only(results: InferenceSession.OnnxValueMapType): Tensor {
  return Object.values(results)[0] as Tensor;
}

export function scalar(value: number): Tensor {
  return new Tensor('float32', Float32Array.of(value), []);
}
