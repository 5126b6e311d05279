import type { BaseModel } from '../contracts/model.ts';
import type { TrainingInput } from '../contracts/training.ts';

/**
 * The input with the prompts of the base model's family, where it gives none itself: training, evaluation of the base
 * model and the folder of the tuned model then have the same. An empty prompt is one that is given.
 */
export function withModelPrompts<Input extends { training: TrainingInput }>(
  input: Input,
  { prompts: known }: BaseModel,
): Input {
  if (!known) return input;
  const { query = known.query, passage = known.passage } = input.training.prompts ?? {};
  return { ...input, training: { ...input.training, prompts: { query, passage } } };
}
