import type { ArtifactRef } from './artifact.ts';
import type { MiningResult } from './mining.ts';
import type { BaseModel, TunedModel } from './model.ts';
import type { PreparedDataset } from './prepared-dataset.ts';
import type { Stage } from './progress.ts';
import type { Recipe } from './recipe.ts';
import type { RunInput } from './run-input.ts';
import type { DatasetEvaluation, Published } from './run-result.ts';
import type { TrainResult } from './training.ts';

/** The results of all stages of a run; the report is written from it. */
export interface RunRecord extends PreparedDataset {
  workflowId: string;
  input: RunInput;
  base: BaseModel;
  recipe: Recipe;
  training: TrainResult;
  /** The trained model, merged with the base if the recipe says so. */
  model: TunedModel;
  /** On the validation set, then on each dataset of `evaluation.alsoOn`. */
  evaluations: [DatasetEvaluation, ...DatasetEvaluation[]];
  /** The datasets of `evaluations`, in the same order. */
  evaluatedOn: ArtifactRef[];
  // Absent if not asked for:
  mining?: MiningResult | undefined;
  published?: Published | undefined;
  stages: Stage[];
}
