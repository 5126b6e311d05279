import type { ArtifactRef } from './artifact.ts';
import type { ChunkResult, IngestResult, SplitResult } from './corpus.ts';
import type { DatasetResult } from './dataset.ts';
import type { MiningResult } from './mining.ts';
import type { BaseModel } from './model.ts';
import type { Stage } from './progress.ts';
import type { QuestionsResult } from './questions.ts';
import type { RoundTripReport } from './round-trip.ts';
import type { RunInput } from './run-input.ts';
import type { DatasetEvaluation, Published } from './run-result.ts';
import type { TrainResult } from './training.ts';

/** Everything a run came to before its report is written. */
export interface RunRecord {
  workflowId: string;
  input: RunInput;
  base: BaseModel;
  training: TrainResult;
  dataset: DatasetResult;
  evaluations: DatasetEvaluation[];
  /** Data sets of `evaluations`, in order. */
  evaluatedOn: ArtifactRef[];
  ingest?: IngestResult;
  chunks?: ChunkResult;
  split?: SplitResult;
  questions?: QuestionsResult;
  roundTrip?: RoundTripReport;
  mining?: MiningResult;
  published?: Published;
  stages: Stage[];
}
