import { describe, it } from 'vitest';
import { CASES, checkLowering } from '../../core/autodiff/webgpu.fixture.ts';
import { ON_THE_GPU } from './session.ts';

describe('every operator lowered for WebGPU runs there, without a node on the CPU, and gives the results of the CPU', () => {
  for (const [op, cases] of Object.entries(CASES)) it(op, () => checkLowering(cases, ON_THE_GPU));
});
