import type { DeviceName } from '../../core/devices/device-names.ts';
import type { Precision } from '../peers/sentence-transformers.ts';
import { type Facts, hasGpu } from './facts.ts';

/** What trains and embeds. */
export type Engine = { readonly name: string; readonly title: string; readonly dropout: boolean } & (
  | { readonly library: 'hone'; readonly device: DeviceName; readonly environment?: Readonly<Record<string, string>> }
  | { readonly library: 'torch'; readonly precision: Precision }
);

/** CUDA's own switch: ONNX Runtime uses TF32 for matrix products unless it is set. */
const NO_TF32 = { NVIDIA_TF32_OVERRIDE: '0' };
const hone = (name: string, title: string, device: DeviceName, environment = {}): Engine => ({
  ...{ name, title: `Hone ${title}`, library: 'hone', device, environment, dropout: false },
});
const torch = (precision: Precision, title: string): Engine => ({
  ...{ name: `torch-${precision}`, title: `torch ${title}`, library: 'torch', precision, dropout: false },
});
const withDropout = (engine: Engine): Engine => ({
  ...engine,
  name: `${engine.name}-dropout`,
  title: `${engine.title}, dropout`,
  dropout: true,
});

const WEBGPU = hone('webgpu', 'webgpu', 'webgpu');
const CUDA = hone('cuda', 'cuda (TF32)', 'cuda');
const FP32 = torch('fp32', 'fp32');
/** In the order in which they tell most. */
export const ENGINES: readonly Engine[] = [
  WEBGPU,
  CUDA,
  FP32,
  torch('tf32', 'TF32'),
  torch('bf16', 'bf16'),
  hone('cuda-fp32', 'cuda (fp32)', 'cuda', NO_TF32),
  hone('cpu', 'cpu', 'cpu'),
];
/** The default of a training, whose masks are drawn on the host. */
export const DROPOUT_ENGINES: readonly Engine[] = [WEBGPU, CUDA, FP32].map(withDropout);

export interface Shape {
  readonly name: 'minilm' | 'bge-base' | 'qwen3-0.6b';
  readonly title: string;
  /** Bytes of memory of the host that a training takes at least: weights, moments and gradients, and the file. */
  readonly bytes: number;
}

export const SHAPES: readonly Shape[] = [
  { name: 'minilm', title: 'all-MiniLM-L6-v2', bytes: 1.5e9 },
  { name: 'bge-base', title: 'bge-base', bytes: 4e9 },
  { name: 'qwen3-0.6b', title: 'Qwen3-Embedding-0.6B', bytes: 14e9 },
];

/** Why an engine cannot run a shape on this machine; undefined if it can. */
export function reasonToSkip(engine: Engine, shape: Shape, facts: Facts): string | undefined {
  const { webgpu, cuda, peer, memoryBytes } = facts;
  if (engine.library === 'torch') {
    if (peer.reason !== undefined) return peer.reason;
    if (engine.precision === 'tf32' && peer.device !== 'cuda')
      return 'TF32 is a format of NVIDIA GPUs, and torch finds none';
    if (hasGpu(facts) && peer.device === 'cpu') return `torch ${peer.torch} finds no GPU, and on the CPU it is no goal`;
  } else if (engine.device !== 'cpu') {
    const device = engine.device === 'cuda' ? cuda : webgpu;
    if (!device.works) return `${engine.device} does not work: ${device.reason}`;
    if (device.software && shape.name !== 'minilm')
      return 'only a software driver, which takes too long for this shape';
    if (device.software && engine.dropout) return 'only a software driver, which is measured without dropout';
  }
  if (memoryBytes < shape.bytes)
    return `takes ${(shape.bytes / 1e9).toFixed(0)} GB of memory, and ${(memoryBytes / 1e9).toFixed(1)} GB are free`;
  return undefined;
}

/** How much is measured. The same for all engines of a shape, except for the number of steps and texts. */
export interface Scale {
  /** Pairs in a step. */
  readonly batchSize: number;
  /** Passages of the handbook in one, about eighty tokens each. */
  readonly passages: number;
  /** Tokens. */
  readonly maxLength: number;
  readonly warmUp: number;
  readonly steps: number;
  /** Texts that are embedded. */
  readonly texts: number;
}

const BATCH = { minilm: 32, 'bge-base': 32, 'qwen3-0.6b': 16 } as const;

/** Without a GPU, so little that all parts together take minutes: it shows that everything works, not how fast. */
export function scaleOf(engine: Engine, shape: Shape, facts: Facts): Scale {
  const onCpu = engine.library === 'hone' && engine.device === 'cpu';
  if (!hasGpu(facts))
    return {
      batchSize: 2,
      passages: 1,
      maxLength: 16,
      warmUp: 1,
      steps: 1,
      texts: engine.library === 'torch' || onCpu ? 32 : 8,
    };
  const common = { batchSize: BATCH[shape.name], passages: 3, maxLength: 256 };
  return onCpu ? { ...common, warmUp: 1, steps: 3, texts: 64 } : { ...common, warmUp: 5, steps: 20, texts: 2048 };
}
