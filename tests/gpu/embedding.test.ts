import { describe, expect, it } from 'vitest';
import { openEncoder } from '../../core/encoder/encoder.ts';
import { readModelFolder } from '../../core/encoder/files/model-folder.ts';
import { openEmbeddingSession } from '../../core/encoder/forward/embedding-session.ts';
import { packBatch } from '../../core/encoder/forward/packing.ts';
import { DEVICE, folderOf, GPU_ONLY, RECORDED_MODELS } from './trainable.ts';

const TEXTS = ['pumps', 'who checks the valves of hall 3, and when?', 'filters are seen to on day 12.'];
const LAYOUT = { chunks: 1, groups: 1 };

describe(`embedding on ${DEVICE}`, () => {
  it.each(RECORDED_MODELS)('gives the vectors of the CPU: %s', async (name) => {
    const [cpu, gpu] = [await openEncoder(folderOf(name)), await openEncoder(folderOf(name), { device: DEVICE })];
    const [expected, actual] = [await cpu.embed(TEXTS), await gpu.embed(TEXTS)];
    for (const [i, vector] of expected.entries())
      for (const [j, x] of vector.entries()) expect((actual[i]?.[j] ?? Number.NaN) - x).toBeCloseTo(0, 4);
  });

  it.runIf(DEVICE === 'webgpu').each(RECORDED_MODELS)('runs no node on the CPU: %s', async (name) => {
    const model = await readModelFolder(folderOf(name));
    const session = await openEmbeddingSession(model, LAYOUT, { device: DEVICE, threads: 1, extra: GPU_ONLY.extra });
    const { feeds } = packBatch([[1, 2, 3], [4]], { ...LAYOUT, encoder: model.encoder, pooling: model.pooling });
    expect((await session.embeddings(feeds)).every(Number.isFinite)).toBe(true);
  });
});
