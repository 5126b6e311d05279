import type { LossPoint, TrainingOptions } from '../../contracts/training.ts';
import type { ModelFolder } from '../../encoder/files/model-folder.ts';
import type { Prompts } from '../../encoder/files/prompts.ts';
import type { ParameterState } from '../devices/device.ts';
import type { Parameter } from '../optimizer/parameters.ts';
import type { TrainingSession } from '../session/training-session.ts';

/** What a job trains: the model itself, or a linear map of its query embeddings. */
export interface Trainable {
  /** The trained parameters, as they start. To resume, they are filled from a checkpoint before `openSession`. */
  readonly parameters: readonly Parameter[];
  openSession(): Promise<TrainingSession<string>>;
  /**
   * Saves the tuned model to the job's output folder.
   * @param losses Of the steps that led to these parameters.
   * @returns SHA-256 of the file of trained weights.
   */
  save(parameters: readonly ParameterState[], losses: readonly LossPoint[]): Promise<string>;
}

/** The prompts to train with: those of the options, else the model's own. */
export function promptsFor(model: ModelFolder, options: TrainingOptions): Pick<Prompts, 'query' | 'passage'> {
  const { query = model.prompts.query, passage = model.prompts.passage } = options.prompts ?? {};
  return { query, passage };
}
