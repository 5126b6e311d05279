/**
 * Linear warm-up, then linear decay to nothing (transformers' `get_linear_schedule_with_warmup`).
 * @param step From 0; the first step's rate is 0 if there is a warm-up.
 * @param warmupRatio Share of the steps over which the rate rises, 0 to 1.
 */
export function learningRate(step: number, steps: number, peak: number, warmupRatio: number): number {
  const warmup = Math.ceil(steps * warmupRatio);
  if (step < warmup) return (peak * step) / warmup;
  return (peak * Math.max(0, steps - step)) / Math.max(1, steps - warmup);
}
