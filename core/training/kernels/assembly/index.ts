/*
 * AssemblyScript, compiled to kernels.wasm by scripts/build.mjs. Pointers are to float32 arrays that are aligned to 16
 * bytes, and whose length `n` is a multiple of four. Invariant: no fused multiply-add, and sums in a fixed order, so
 * that the results are the same on every machine.
 */

/** Sum of squares, in float64. */
export function squares(x: usize, n: i32): f64 {
  let low = f64x2.splat(0);
  let high = f64x2.splat(0);
  for (const end = x + ((<usize>n) << 2); x < end; x += 16) {
    const four = v128.load(x);
    const a = f64x2.promote_low_f32x4(four);
    const b = f64x2.promote_low_f32x4(v128.shuffle<i32>(four, four, 2, 3, 0, 1));
    low = f64x2.add(low, f64x2.mul(a, a));
    high = f64x2.add(high, f64x2.mul(b, b));
  }
  const sum = f64x2.add(low, high);
  return f64x2.extract_lane(sum, 0) + f64x2.extract_lane(sum, 1);
}

/** Smallest normal float32. */
const NORMAL: f32 = 1.1754943508222875e-38;

/** x, with zero in place of subnormal numbers, which processors compute with slowly. */
function withoutSubnormals(x: v128): v128 {
  return v128.andnot(x, f32x4.lt(f32x4.abs(x), f32x4.splat(NORMAL)));
}

/** x, moved by a share of its distance to the goal. */
function towards(x: v128, goal: v128, share: v128): v128 {
  return f32x4.add(x, f32x4.mul(share, f32x4.sub(goal, x)));
}

/**
 * AdamW over one tensor; adamw.ts computes the factors. A moment is moved by 1 - beta towards the new value. If it were
 * multiplied by beta and 1 - beta, rounded to float32, the second moment would be off by 1e-5. Subnormal first moments
 * are set to zero: that of a weight without gradients gets there within 900 steps, and would stay there.
 * @param clip Factor on the gradient.
 * @param rate Learning rate, divided by the bias correction of the first moment.
 * @param correction 1 / √(bias correction of the second moment).
 * @param kept Factor of weight decay.
 */
export function adamW(
  weights: usize,
  first: usize,
  second: usize,
  gradient: usize,
  n: i32,
  clip: f32,
  beta1: f64,
  beta2: f64,
  rate: f32,
  correction: f32,
  epsilon: f32,
  kept: f32,
): void {
  const clips = f32x4.splat(clip);
  const fresh1 = f32x4.splat(<f32>(1 - beta1));
  const fresh2 = f32x4.splat(<f32>(1 - beta2));
  const rates = f32x4.splat(rate);
  const corrections = f32x4.splat(correction);
  const epsilons = f32x4.splat(epsilon);
  const keeps = f32x4.splat(kept);
  for (const end = weights + ((<usize>n) << 2); weights < end; ) {
    const g = f32x4.mul(v128.load(gradient), clips);
    const m = withoutSubnormals(towards(v128.load(first), g, fresh1));
    const v = towards(v128.load(second), f32x4.mul(g, g), fresh2);
    v128.store(first, m);
    v128.store(second, v);
    const size = f32x4.add(f32x4.mul(f32x4.sqrt(v), corrections), epsilons);
    const step = f32x4.div(f32x4.mul(m, rates), size);
    v128.store(weights, f32x4.sub(f32x4.mul(v128.load(weights), keeps), step));
    weights += 16;
    first += 16;
    second += 16;
    gradient += 16;
  }
}

/**
 * Fills an array with 0 where a random number is below `threshold`, else with `scale`. The random numbers are those of
 * the generator in random.ts: number i is the mix of state + (i + 1) · golden ratio.
 * @param threshold The share of zeros, times 2³².
 */
export function masks(into: usize, n: i32, state: i32, threshold: u32, scale: f32): void {
  const golden: i32 = 0x9e3779b9;
  const dropped = i32x4.splat(threshold);
  const scales = f32x4.splat(scale);
  const step = i32x4.splat(4 * golden);
  let counter = i32x4.add(i32x4.splat(state), i32x4.mul(i32x4.splat(golden), i32x4(1, 2, 3, 4)));
  for (const end = into + ((<usize>n) << 2); into < end; into += 16) {
    let z = v128.xor(counter, i32x4.shr_u(counter, 16));
    z = i32x4.mul(z, i32x4.splat(0x21f0aaad));
    z = i32x4.mul(v128.xor(z, i32x4.shr_u(z, 15)), i32x4.splat(0x735a2d97));
    z = v128.xor(z, i32x4.shr_u(z, 15));
    v128.store(into, v128.andnot(scales, i32x4.lt_u(z, dropped)));
    counter = i32x4.add(counter, step);
  }
}
