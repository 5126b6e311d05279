import { z } from 'zod';
import { ArtifactRef } from './artifact.ts';

/**
 * llama-index's `EmbeddingQAFinetuneDataset`, as its `save_json` writes it.
 * `relevant_docs` maps a query id to the ids of the passages that answer it; the first is the positive to train on.
 * `hard_negatives` is an extension: it maps a query id to passages that are similar to the query but do not answer it,
 * the hardest first. llama-index loads a file with this key (its model ignores unknown keys) and drops it on saving.
 */
export const QADataset = z.object({
  queries: z.record(z.string(), z.string()),
  corpus: z.record(z.string(), z.string()),
  relevant_docs: z.record(z.string(), z.array(z.string()).min(1)),
  hard_negatives: z.record(z.string(), z.array(z.string())).optional(),
  mode: z.string().default('text'),
});
export type QADataset = z.infer<typeof QADataset>;

/** How questions that were asked of several chunks were treated. Questions with the same content words count as one. */
export const SharedQuestions = z.object({
  /** Questions of two or three chunks; each of these chunks counts as an answer. */
  merged: z.number().int(),
  /** Questions left out because more than three chunks share them: they are too general. */
  tooGeneral: z.number().int(),
  /** Training questions left out because a validation question asks the same. */
  inBothSplits: z.number().int(),
  /** Validation questions that were asked of training chunks as well. */
  validationInBothSplits: z.number().int(),
});
export type SharedQuestions = z.infer<typeof SharedQuestions>;

/** The training and the validation dataset of a run, built or imported. */
export const DatasetResult = z.object({
  /** JSON of `QADataset`. */
  train: ArtifactRef,
  /** JSON of `QADataset`. */
  validation: ArtifactRef,
  trainQueries: z.number().int(),
  validationQueries: z.number().int(),
  validationPassages: z.number().int(),
  /** Absent if the dataset was imported. */
  shared: SharedQuestions.optional(),
});
export type DatasetResult = z.infer<typeof DatasetResult>;

/** A ready-made dataset, validated and stored. */
export const ImportedDataset = z.object({
  /** JSON of `QADataset`. */
  dataset: ArtifactRef,
  queries: z.number().int(),
  passages: z.number().int(),
  /** Texts with U+FFFD in the file itself: another program has lost characters; absent: none. */
  replaced: z.number().int().optional(),
});
export type ImportedDataset = z.infer<typeof ImportedDataset>;
