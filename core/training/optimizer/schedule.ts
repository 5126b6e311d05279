/**
 * The learning rate of a step: linear warm-up from 0 to the peak, then linear decay to 0 (transformers'
 * `get_linear_schedule_with_warmup`).
 * @param step From 0. With a warm-up, the rate of the first step is 0.
 * @param steps Of the whole training.
 * @param warmupRatio Share of the steps over which the rate rises, 0 to 1.
 */
export function learningRate(step: number, steps: number, peak: number, warmupRatio: number): number {
  const warmup = Math.ceil(steps * warmupRatio);
  if (step < warmup) return (peak * step) / warmup;
  return (peak * Math.max(0, steps - step)) / Math.max(1, steps - warmup);
}
