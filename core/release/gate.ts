import type { Comparison } from '../contracts/evaluation.ts';
import type { RunInput } from '../contracts/run-input.ts';

/** `better than base by 11.5 points (95 % CI 6.2 to 16.9)`. */
export function describeGain({ difference: { value, low, high } }: Comparison, comparedWith = 'base'): string {
  const points = (share: number) => (share * 100).toFixed(1);
  const interval = `(95 % CI ${points(low)} to ${points(high)})`;
  if (value === 0) return `as good as ${comparedWith} ${interval}`;
  return `${value > 0 ? 'better' : 'worse'} than ${comparedWith} by ${points(Math.abs(value))} points ${interval}`;
}

/**
 * Why the gate refuses a model with this gain, as the end of a sentence; undefined if the model passes.
 * No model passes if the base model was better in every trial, unless the gate is `none`.
 * `better`: the lower end of the interval has to be above 0. `not-worse`: the mean must not be below 0.
 */
export function gateRefusal(
  gate: RunInput['publish']['gate'],
  { gain, baseIsBetter = false }: { gain: Comparison; baseIsBetter?: boolean | undefined },
  comparedWith = 'base',
): string | undefined {
  const { value, low } = gain.difference;
  if (gate !== 'none' && baseIsBetter)
    return 'the base model ranks the development questions better than every training that was tried';
  if (gate !== 'none' && value < 0) return describeGain(gain, comparedWith);
  if (gate === 'better' && low <= 0) return `it is not significantly better; ${describeGain(gain, comparedWith)}`;
  return undefined;
}
