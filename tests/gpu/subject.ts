import { readdir, readFile } from 'node:fs/promises';
import { Tensor } from 'onnxruntime-node';
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

export interface Subject {
  readonly program: TrainingProgram;
  /** Anew for each device: it may work in this memory. */
  parameters(): Parameter[];
  readonly batch: Feeds;
  /** Another one, of other lengths. */
  readonly shorter: Feeds;
}

/** The recorded models, the tiny BERT first. */
export const RECORDED_MODELS: readonly string[] = [
  'bert',
  ...(await readdir(`${RECORDED}architectures`, { withFileTypes: true }))
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name),
];

export type Layout = Partial<Pick<PackedLayout, 'chunks' | 'groups' | 'recompute' | 'dropout'>>;

/**
 * A model made ready to be trained, and two batches for it.
 * @param model One of the recorded ones, or a folder, which then reads the tiny BERT's batches.
 */
export async function subject(model = 'bert', layout: Layout = {}): Promise<Subject> {
  const recorded = RECORDED_MODELS.includes(model) && model !== 'bert';
  const folder = model.includes('/')
    ? model
    : recorded
      ? `${RECORDED}architectures/${model}/model`
      : `${RECORDED}tiny-bert`;
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
      for (const { name, weights } of parameters) weights.set(initial.get(name) as Float32Array);
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
