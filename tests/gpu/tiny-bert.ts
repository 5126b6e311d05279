import { readFile } from 'node:fs/promises';
import type { Feeds, ParameterState } from '../../core/training/devices/device.ts';
import { packBatch } from '../../core/training/forward/packing.ts';
import { readModelFolder } from '../../core/training/model-folder.ts';
import { type TrainingProgram, trainingProgram } from '../../core/training/training-graph.ts';
import { ModelWeights } from '../../core/training/weights.ts';

const RECORDED = new URL('../recorded/', import.meta.url).pathname;

export interface Subject {
  readonly program: TrainingProgram;
  /** Anew for each device: it may work in this memory. */
  parameters(): Promise<ParameterState[]>;
  readonly batch: Feeds;
  /** Another one, of other lengths. */
  readonly shorter: Feeds;
}

/** A model made ready to be trained on two batches, in the layout given. */
export async function subject(
  folder = `${RECORDED}tiny-bert`,
  layout: { chunks?: number; groups?: number; recompute?: boolean } = {},
): Promise<Subject> {
  const { encoder, weightsFile, pooling } = await readModelFolder(folder);
  const { chunks = 1, groups = 4, recompute = false } = layout;
  const file = await ModelWeights.open(weightsFile, encoder);
  const shapes = new Map([...file.tensors].map(([name, { shape }]) => [name, shape]));
  await file.close();
  const { queries, passages, scale } = JSON.parse(await readFile(`${RECORDED}torch/figures.json`, 'utf8'));
  const pack = (texts: number[][]) => packBatch(texts, { heads: encoder.heads, chunks, groups, pooling }).feeds;
  return {
    program: trainingProgram(encoder, shapes, [...shapes.keys()], {
      scale,
      layout: { chunks, groups, recompute, dropout: 0 },
    }),
    batch: pack([...queries, ...passages]),
    shorter: pack([...queries, ...passages].map((text: number[]) => text.slice(0, 6))),
    async parameters() {
      const weights = await ModelWeights.open(weightsFile, encoder);
      const states: ParameterState[] = [];
      for (const [name, { shape }] of weights.tensors) {
        const values = await weights.read(name);
        const zeros = () => new Float32Array(values.length);
        states.push({ name, shape, weights: values, first: zeros(), second: zeros() });
      }
      await weights.close();
      return states;
    },
  };
}
