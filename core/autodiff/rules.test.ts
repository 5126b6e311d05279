import type fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkGradients } from './finite-differences.fixture.ts';
import { RULES } from './index.ts';
import { CASES, type Case } from './rules.fixture.ts';

describe('every gradient rule agrees with finite differences', () => {
  it('has a case for every rule', () => {
    expect(Object.keys(CASES).sort()).toEqual(Object.keys(RULES).sort());
  });

  for (const [op, cases] of Object.entries(CASES)) it(op, () => checkGradients(cases));
});

describe('rules whose shapes are known only when the graph runs', () => {
  for (const op of [
    'Add',
    'Mul',
    'Div',
    'MatMul',
    'FusedMatMul',
    'Gemm',
    'ReduceSum',
    'ReduceMean',
    'LayerNormalization',
    'SimplifiedLayerNormalization',
    'Softmax',
    'Concat',
  ])
    it(op, () => checkGradients(CASES[op] as fc.Arbitrary<Case>, true, 10));
});
