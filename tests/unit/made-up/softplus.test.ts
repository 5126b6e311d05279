import fc from 'fast-check';
import { it } from 'vitest';
import { checkGradients } from '../../../core/autodiff/finite-differences.fixture.ts';
import { softplus } from './softplus.ts';

it('softplus has the gradient that finite differences measure', () =>
  checkGradients(
    fc.tuple(fc.nat(4), fc.nat(4)).map(([a, b]) => ({ shapes: [[a + 1, b + 1]], build: ([x]) => softplus(x) })),
  ));
