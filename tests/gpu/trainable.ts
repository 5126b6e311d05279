import { readdir, readFile } from 'node:fs/promises';
import { type InferenceSession, Tensor } from 'onnxruntime-node';
import type { Encoder } from '../../core/encoder/architectures/index.ts';
import { readModelFolder } from '../../core/encoder/files/model-folder.ts';
import { ModelWeights } from '../../core/encoder/files/weights.ts';
import type { PackedLayout } from '../../core/encoder/forward/packed-pass.ts';
import { packBatch } from '../../core/encoder/forward/packing.ts';
import { rankingFeeds } from '../../core/training/data/ranking-batch.ts';
import type { Feeds } from '../../core/training/devices/device.ts';
import { allocateParameters, type Parameter } from '../../core/training/optimizer/parameters.ts';
import { type TrainingProgram, trainingProgram } from '../../core/training/session/training-graph.ts';

const RECORDED = new URL('../recorded/', import.meta.url).pathname;

/** What is tested; `HONE_TEST_DEVICE=cuda` for the CUDA provider. */
export const DEVICE = process.env.HONE_TEST_DEVICE === 'cuda' ? 'cuda' : 'webgpu';

/** Options of a session that does not open if a node would run on the CPU. */
export const GPU_ONLY = {
  executionProviders: ['webgpu'],
  logSeverityLevel: 4,
  extra: { session: { disable_cpu_ep_fallback: '1' } },
} as const satisfies InferenceSession.SessionOptions;

/** A model prepared for training, and two batches for it. */
export interface Trainable {
  readonly program: TrainingProgram;
  /** The initial parameters. Each device needs its own copy, because it may work in this memory. */
  parameters(): Parameter[];
  readonly batch: Feeds;
  /** The same batch with its texts cut to six tokens. */
  readonly shorter: Feeds;
}

/** Names of the recorded models, the tiny BERT first. */
export const RECORDED_MODELS: readonly string[] = [
  'bert',
  ...(await readdir(`${RECORDED}architectures`, { withFileTypes: true }))
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name),
];

/** @param model Name of a recorded model, or a model folder. */
export function folderOf(model: string): string {
  if (model.includes('/')) return model;
  return model === 'bert' ? `${RECORDED}tiny-bert` : `${RECORDED}architectures/${model}/model`;
}

export type Layout = Partial<Pick<PackedLayout, 'chunks' | 'groups' | 'recompute' | 'dropout'>>;

/**
 * Prepares a model for training.
 * @param model Name of a recorded model, or a model folder, which gets the batches of the tiny BERT.
 */
export async function openTrainable(model = 'bert', layout: Layout = {}): Promise<Trainable> {
  const recorded = RECORDED_MODELS.includes(model) && model !== 'bert';
  const folder = folderOf(model);
  const figures = recorded ? `${RECORDED}architectures/${model}/figures.json` : `${RECORDED}torch/figures.json`;
  const { queries, passages, scale } = JSON.parse(await readFile(figures, 'utf8'));
  const { encoder, weightsFile, pooling } = await readModelFolder(folder);
  const whole = { chunks: 1, groups: 4, recompute: 0, dropout: 0, pooling, ...layout };
  const initial = await readWeights(weightsFile, encoder);
  const shapes = encoder.parameters;
  const contrast = rankingFeeds({ queries, documents: passages, knownPositives: [] });
  const pack = (texts: number[][]): Feeds => ({
    ...packBatch(texts, { encoder, ...whole }).feeds,
    ...contrast,
    share: new Tensor('float32', [1], []),
  });
  return {
    program: trainingProgram(encoder, shapes, { scale }, { trained: [...shapes.keys()], layout: whole }),
    parameters() {
      const parameters = allocateParameters(shapes);
      for (const { name, weights } of parameters) {
        const values = initial.get(name);
        if (!values) throw new Error(`${weightsFile} has no ${name}`);
        weights.set(values);
      }
      return parameters;
    },
    batch: pack([...queries, ...passages]),
    shorter: pack([...queries, ...passages].map((text: number[]) => text.slice(0, 6))),
  };
}

async function readWeights(file: string, encoder: Encoder): Promise<ReadonlyMap<string, Float32Array>> {
  const weights = await ModelWeights.open(file, encoder);
  const values = new Map<string, Float32Array>();
  for (const name of weights.tensors.keys()) values.set(name, await weights.read(name));
  await weights.close();
  return values;
}
