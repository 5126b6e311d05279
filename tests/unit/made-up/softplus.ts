import { exp, mul, neg, sub, type Value } from '../../../core/autodiff/index.ts';

/** log(1 + eˣ), a smooth relu. */
export function softplus(x: Value): Value {
  const [y] = x.graph.add('Softplus', [x], [{ shape: x.shape }]);
  // The derivative is the logistic function of x, which is 1 − e⁻ʸ.
  return x.graph.withGradient(y, [x], (gy) => [sub(gy, mul(gy, exp(neg(y))))]);
}
