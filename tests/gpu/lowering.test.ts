import { describe, it } from 'vitest';
import { CASES, checkLowering } from '../../core/autodiff/webgpu.fixture.ts';
import { ON_THE_GPU } from './session.ts';

describe('every operator said for WebGPU runs there, none of its nodes on the CPU, and computes what the CPU does', () => {
  for (const [op, cases] of Object.entries(CASES)) it(op, () => checkLowering(cases, ON_THE_GPU));
});
