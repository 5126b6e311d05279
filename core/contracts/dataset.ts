import { z } from 'zod';
import { ArtifactRef } from './artifact.ts';

/**
 * llama-index's `EmbeddingQAFinetuneDataset`, as its `save_json` writes it.
 * `relevant_docs` maps a query id to the ids of the passages that answer it, the first being the positive to train on.
 */
export const QADataset = z.object({
  queries: z.record(z.string(), z.string()),
  corpus: z.record(z.string(), z.string()),
  relevant_docs: z.record(z.string(), z.array(z.string()).min(1)),
  mode: z.string().default('text'),
});
export type QADataset = z.infer<typeof QADataset>;

/** Where the two sides of a dataset lie, however they came about. */
export const DatasetResult = z.object({
  /** JSON of `QADataset`. */
  train: ArtifactRef,
  /** JSON of `QADataset`. */
  validation: ArtifactRef,
  trainQueries: z.number().int(),
  validationQueries: z.number().int(),
  validationPassages: z.number().int(),
});
export type DatasetResult = z.infer<typeof DatasetResult>;
