import type { Value } from './graph.ts';
import { add, mul, sub } from './ops.ts';

/*
 * Sine and cosine in plain arithmetic, accurate to float32, for devices whose own functions are inaccurate.
 */

/** The sine of an angle in radians: sin 2h = 2 sin h cos h. */
export function sine(angle: Value): Value {
  const wrapped = wrapToPi(angle);
  const cosineOfHalf = sub(angle.graph.float(1), mul(squared(taylorSine(mul(wrapped, 0.25))), 2));
  return mul(mul(taylorSine(mul(wrapped, 0.5)), cosineOfHalf), 2);
}

/** The cosine of an angle in radians: cos 2h = 1 − 2 sin² h. */
export function cosine(angle: Value): Value {
  const half = mul(wrapToPi(angle), 0.5);
  return sub(angle.graph.float(1), mul(squared(taylorSine(half)), 2));
}

const squared = (x: Value) => mul(x, x);

/**
 * The angle minus its whole turns, between −π and π. Exact for up to 2¹⁶ turns, because k · 201/32 needs no rounding
 * (Cody and Waite 1980).
 */
function wrapToPi(x: Value): Value {
  const nearest = add(mul(x, 1 / (2 * Math.PI)), 0.5);
  const [turns] = x.graph.add('Floor', [nearest], [{ shape: x.shape }]);
  return sub(sub(x, mul(turns, 201 / 32)), mul(turns, 2 * Math.PI - 201 / 32));
}

/** The sine between −π/2 and π/2: its Taylor series up to x¹¹; the next term is below 6e-8 there. */
function taylorSine(x: Value): Value {
  const square = squared(x);
  let sum = x.graph.float(-1 / 39916800);
  for (const factor of [1 / 362880, -1 / 5040, 1 / 120, -1 / 6, 1]) sum = add(mul(square, sum), factor);
  return mul(x, sum);
}
