import { describe, it } from 'vitest';
import { CASES, checkLowering } from '../../core/autodiff/webgpu.fixture.ts';
import { DEVICE, GPU_ONLY } from './trainable.ts';

describe.runIf(DEVICE === 'webgpu')(
  'each operator lowered for WebGPU runs there without a node on the CPU, with the CPU’s results',
  () => {
    for (const [op, cases] of Object.entries(CASES)) it(op, () => checkLowering(cases, GPU_ONLY));
  },
);
