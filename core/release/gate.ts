import { type Comparison, MIN_DOCUMENTS, MIN_QUESTIONS } from '../contracts/evaluation.ts';
import type { RunInput } from '../contracts/run-input.ts';

/** `too few to tell: 4 questions, of at least 30`; undefined if there are enough, or how many is not known. */
export function tooFewToTell({ queries, documents }: Pick<Comparison, 'queries' | 'documents'>): string | undefined {
  const few = (count: number, what: string, minimum: number) =>
    `too few to tell: ${count} ${what}${count === 1 ? '' : 's'}, of at least ${minimum}`;
  if (queries !== undefined && queries < MIN_QUESTIONS) return few(queries, 'question', MIN_QUESTIONS);
  if (documents !== undefined && documents < MIN_DOCUMENTS) return few(documents, 'document', MIN_DOCUMENTS);
  return undefined;
}

/** `better than base by 11.5 points (95 % CI 6.2 to 16.9)`, and whether that is on too few questions to tell. */
export function describeGain(gain: Comparison, comparedWith = 'base'): string {
  const { value, low, high } = gain.difference;
  const points = (share: number) => (share * 100).toFixed(1);
  const few = tooFewToTell(gain);
  const interval = `(95 % CI ${points(low)} to ${points(high)}${few ? `; ${few}` : ''})`;
  if (value === 0) return `as good as ${comparedWith} ${interval}`;
  return `${value > 0 ? 'better' : 'worse'} than ${comparedWith} by ${points(Math.abs(value))} points ${interval}`;
}

/**
 * Why the gate refuses a model with this gain, as the end of a sentence; undefined if the model passes.
 * No model passes if the base model was better in every trial, unless the gate is `none`.
 * `better`: the lower end of the interval has to be above 0, on enough questions about enough documents. `not-worse`:
 * the mean must not be below 0.
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
  if (gate === 'better' && tooFewToTell(gain))
    return `it is not known to be better; ${describeGain(gain, comparedWith)}`;
  if (gate === 'better' && low <= 0) return `it is not significantly better; ${describeGain(gain, comparedWith)}`;
  return undefined;
}
