import type { ArtifactRef } from './artifact.ts';
import type { ChunkResult, IngestResult, SplitResult } from './corpus.ts';
import type { DatasetResult } from './dataset.ts';
import type { MiningResult } from './mining.ts';
import type { BaseModel, TunedModel } from './model.ts';
import type { Stage } from './progress.ts';
import type { QuestionsResult } from './questions.ts';
import type { Recipe } from './recipe.ts';
import type { RoundTripReport } from './round-trip.ts';
import type { RunInput } from './run-input.ts';
import type { DatasetEvaluation, Published } from './run-result.ts';
import type { TrainResult } from './training.ts';

/** The results of all stages of a run; the report is written from it. */
export interface RunRecord {
  workflowId: string;
  input: RunInput;
  base: BaseModel;
  recipe: Recipe;
  training: TrainResult;
  /** The trained model, merged with the base if the recipe says so. */
  model: TunedModel;
  dataset: DatasetResult;
  /** On the validation set, then on each dataset of `evaluation.alsoOn`. */
  evaluations: [DatasetEvaluation, ...DatasetEvaluation[]];
  /** The datasets of `evaluations`, in the same order. */
  evaluatedOn: ArtifactRef[];
  // Absent if the dataset was imported:
  ingest?: IngestResult | undefined;
  chunks?: ChunkResult | undefined;
  split?: SplitResult | undefined;
  questions?: QuestionsResult | undefined;
  // Absent if not asked for:
  roundTrip?: RoundTripReport | undefined;
  mining?: MiningResult | undefined;
  published?: Published | undefined;
  stages: Stage[];
}
