import { describe, expect, test } from 'vitest';
import { DROPOUT_ENGINES, ENGINES, type Engine, reasonToSkip, SHAPES, type Shape, scaleOf } from './engines.ts';
import type { Facts } from './facts.ts';

const NONE = { works: false, software: false, reason: 'No supported adapters' } as const;
const facts = (given: Partial<Facts> = {}): Facts => ({
  webgpu: { provider: 'webgpu', works: true, software: false, name: 'NVIDIA' },
  cuda: { provider: 'cuda', works: true, software: false, name: 'NVIDIA' },
  peer: { python: 'python3', torch: '2.15.0', device: 'cuda' },
  ...{ environment: {}, attempts: [], memoryBytes: 64e9, cores: 8, ...given },
});
const engine = (name: string) => ENGINES.find((one) => one.name === name) as Engine;
const shape = (name: Shape['name']) => SHAPES.find((one) => one.name === name) as Shape;
const skipped = (name: string, of: Partial<Facts>, at: Shape['name'] = 'minilm') =>
  reasonToSkip(engine(name), shape(at), facts(of));

describe('an engine is skipped with a reason', () => {
  test('not on a machine that has everything', () => {
    for (const one of ENGINES) for (const at of SHAPES) expect(reasonToSkip(one, at, facts())).toBeUndefined();
  });

  test('if its device does not work: the reason of the driver', () => {
    expect(skipped('webgpu', { webgpu: { provider: 'webgpu', ...NONE } })).toMatch(/webgpu .*No supported adapters/);
    expect(skipped('cuda-fp32', { cuda: { provider: 'cuda', ...NONE } })).toMatch(/cuda .*No supported adapters/);
  });

  test('if a software driver would take too long, but not for the smallest shape', () => {
    const webgpu = { provider: 'webgpu', works: true, software: true } as const;
    expect(skipped('webgpu', { webgpu })).toBeUndefined();
    expect(skipped('webgpu', { webgpu }, 'bge-base')).toMatch(/software driver/);
    expect(skipped('cpu', { webgpu }, 'bge-base')).toBeUndefined();
    for (const dropout of DROPOUT_ENGINES.filter(({ name }) => name.startsWith('webgpu')))
      expect(reasonToSkip(dropout, shape('minilm'), facts({ webgpu }))).toMatch(/without dropout/);
  });

  test('if no Python has torch, or its torch finds no GPU beside one', () => {
    expect(skipped('torch-fp32', { peer: { reason: 'there is no python3' } })).toBe('there is no python3');
    const peer = { python: 'python3', torch: '2.15.0+cpu', device: 'cpu' } as const;
    expect(skipped('torch-fp32', { peer })).toMatch(/2\.15\.0\+cpu finds no GPU/);
    expect(skipped('torch-tf32', { peer: { ...peer, device: 'mps' } })).toMatch(/TF32/);
    const cpuOnly = { webgpu: { provider: 'webgpu', ...NONE }, cuda: { provider: 'cuda', ...NONE } } as const;
    expect(skipped('torch-fp32', { ...cpuOnly, peer })).toBeUndefined();
  });

  test('if the machine has less memory than the shape takes', () => {
    expect(skipped('cpu', { memoryBytes: 8e9 }, 'qwen3-0.6b')).toBe('takes 14 GB of memory, and 8.0 GB are free');
    expect(skipped('cpu', { memoryBytes: 8e9 }, 'bge-base')).toBeUndefined();
  });
});

test('what is compared has the same batch and length, with a GPU and without', () => {
  const none = { webgpu: { provider: 'webgpu', ...NONE }, cuda: { provider: 'cuda', ...NONE } } as const;
  for (const machine of [facts(), facts(none)])
    for (const at of SHAPES) {
      const settings = ENGINES.map((one) => {
        const { batchSize, maxLength, passages } = scaleOf(one, at, machine);
        return `${batchSize} ${maxLength} ${passages}`;
      });
      expect(new Set(settings).size).toBe(1);
    }
});
