import { z } from 'zod';
import { ChunkResult, IngestResult, SplitResult } from './corpus.ts';
import { DatasetResult } from './dataset.ts';
import { QuestionsResult } from './questions.ts';
import { RoundTripReport } from './round-trip.ts';

/** The training and the validation dataset of a run, and the results of the stages that made them. */
export const PreparedDataset = z.object({
  dataset: DatasetResult,
  // Absent if the dataset was imported:
  ingest: IngestResult.optional(),
  chunks: ChunkResult.optional(),
  split: SplitResult.optional(),
  questions: QuestionsResult.optional(),
  // Absent if not asked for:
  roundTrip: RoundTripReport.optional(),
});
export type PreparedDataset = z.infer<typeof PreparedDataset>;
