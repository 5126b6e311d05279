import { describe, expect, it } from 'vitest';
import { readEncoder } from '../../encoder/architectures/index.ts';
import { groupsForGpu, layersToRecompute, memoryNeed, peakBytes } from './memory.ts';

/** bge-base-zh's shape. */
const encoder = readEncoder(
  {
    ...{ model_type: 'bert', vocab_size: 21128, hidden_size: 768, num_hidden_layers: 12, num_attention_heads: 12 },
    ...{ intermediate_size: 3072, max_position_embeddings: 512 },
  },
  'config.json',
);
const packing = { encoder, chunks: 1, groups: 4, pooling: 'cls' as const };
const BATCH = Array.from({ length: 20 }, (_, i) => (i < 10 ? 20 : 256));
const need = memoryNeed(packing, 1.4e9, [BATCH], true, 0);

describe('the memory that training needs', () => {
  it('is mostly what layers keep, and falls with every layer that is recomputed', () => {
    const bytes = Array.from({ length: 12 }, (_, n) => peakBytes(need, 12, n));
    expect(bytes).toEqual([...bytes].sort((a, b) => b - a));
    expect(bytes[11]).toBeLessThan(0.6 * (bytes[0] as number));
  });

  it('grows with the largest batch of the plan alone', () => {
    expect(memoryNeed(packing, 1.4e9, [BATCH, [8, 8, 8, 8]], true, 0)).toEqual(need);
    expect(memoryNeed(packing, 1.4e9, [[...BATCH, 256]], true, 0).layer).toBeGreaterThan(need.layer);
  });

  it('is kept within a budget by recomputing as few layers as possible', () => {
    expect(layersToRecompute(need, 12, peakBytes(need, 12, 0))).toBe(0);
    expect(layersToRecompute(need, 12, peakBytes(need, 12, 5))).toBe(5);
    expect(layersToRecompute(need, 12, peakBytes(need, 12, 5) - 1)).toBe(6);
    expect(layersToRecompute(need, 12, 1)).toBe(9);
  });
});

describe('the length groups for a GPU', () => {
  /** Bytes of the attention scores of one text of 256 tokens. */
  const text = 12 * 256 ** 2 * 4;
  const long = Array.from({ length: 64 }, () => 256);

  it('stay as they are if the attention scores of each fit into a buffer', () => {
    expect(groupsForGpu(packing, [BATCH, long])).toBe(4);
    expect(groupsForGpu(packing, [long], 16 * text)).toBe(4);
  });

  it('become more until those of the largest batch fit', () => {
    expect(groupsForGpu(packing, [BATCH, long], 16 * text - 1)).toBe(8);
    expect(groupsForGpu(packing, [long], 2 * text)).toBe(32);
  });

  it('do not become more for a text that is too long by itself', () => {
    expect(groupsForGpu(packing, [[512, 30]], text)).toBe(4);
  });
});
