import type { Value } from './graph.ts';
import { add, mul, sub } from './ops.ts';

/*
 * Sine and cosine to float32's accuracy in plain arithmetic, for devices whose own is coarse.
 */
export function sine(angle: Value): Value {
  const turn = withinATurn(angle);
  const cosineOfHalf = sub(angle.graph.float(1), mul(squared(series(mul(turn, 0.25))), 2));
  return mul(mul(series(mul(turn, 0.5)), cosineOfHalf), 2);
}

export function cosine(angle: Value): Value {
  const half = mul(withinATurn(angle), 0.5);
  return sub(angle.graph.float(1), mul(squared(series(half)), 2));
}

const squared = (x: Value) => mul(x, x);

/** An angle less its whole turns, between -π and π: exact for up to 2¹⁶ of them, as k · 201/32 needs no rounding (Cody and Waite 1980). */
function withinATurn(x: Value): Value {
  const nearest = add(mul(x, 1 / (2 * Math.PI)), 0.5);
  const turns = x.graph.add('Floor', [nearest], [{ shape: x.shape }])[0] as Value;
  return sub(sub(x, mul(turns, 201 / 32)), mul(turns, 2 * Math.PI - 201 / 32));
}

/** The sine between -π/2 and π/2: Taylor's series to x¹¹, whose next term is below 6e-8 there. */
function series(x: Value): Value {
  const square = squared(x);
  let sum = x.graph.float(-1 / 39916800);
  for (const factor of [1 / 362880, -1 / 5040, 1 / 120, -1 / 6, 1]) sum = add(mul(square, sum), factor);
  return mul(x, sum);
}
