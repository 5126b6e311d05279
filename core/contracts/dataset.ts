import { z } from 'zod';
import { ArtifactRef } from './artifact.ts';

/**
 * llama-index's `EmbeddingQAFinetuneDataset`, as its `save_json` writes it.
 * `relevant_docs` maps a query id to the ids of the passages that answer it, the first being the positive to train on.
 * `hard_negatives`, which is ours, maps a query id to passages that seem to answer it and do not, the hardest first. llama-index loads a file
 * that has it (its model ignores keys that it does not know) and drops it on saving.
 */
export const QADataset = z.object({
  queries: z.record(z.string(), z.string()),
  corpus: z.record(z.string(), z.string()),
  relevant_docs: z.record(z.string(), z.array(z.string()).min(1)),
  hard_negatives: z.record(z.string(), z.array(z.string())).optional(),
  mode: z.string().default('text'),
});
export type QADataset = z.infer<typeof QADataset>;

/** What became of questions that were asked of more than one chunk; equal are those of the same telling words. */
export const SharedQuestions = z.object({
  /** Questions of two or three chunks, each of which now counts as an answer. */
  merged: z.number().int(),
  /** Questions left out because more chunks than that were asked them: they ask for nothing in particular. */
  tooGeneral: z.number().int(),
  /** Training questions left out because a validation question asks the same. */
  onBothSides: z.number().int(),
  /** Validation questions that training chunks were asked as well. */
  validationOnBothSides: z.number().int(),
});
export type SharedQuestions = z.infer<typeof SharedQuestions>;

/** Where the two sides of a dataset lie, however they came about. */
export const DatasetResult = z.object({
  /** JSON of `QADataset`. */
  train: ArtifactRef,
  /** JSON of `QADataset`. */
  validation: ArtifactRef,
  trainQueries: z.number().int(),
  validationQueries: z.number().int(),
  validationPassages: z.number().int(),
  /** Absent where the dataset was brought along. */
  shared: SharedQuestions.optional(),
});
export type DatasetResult = z.infer<typeof DatasetResult>;

/** The data set at a location, checked and stored. */
export const ImportedDataset = z.object({
  dataset: ArtifactRef,
  queries: z.number().int(),
  passages: z.number().int(),
});
export type ImportedDataset = z.infer<typeof ImportedDataset>;
