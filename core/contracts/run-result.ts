import { z } from 'zod';
import { ArtifactRef } from './artifact.ts';
import { DatasetResult } from './dataset.ts';
import { Comparison, Evaluation } from './evaluation.ts';
import { BaseModel, TunedModel } from './model.ts';

export const Published = z.object({
  name: z.string(),
  version: z.number().int(),
  promoted: z.boolean(),
  /** Why it was or was not promoted, as a sentence. */
  reason: z.string(),
});
export type Published = z.infer<typeof Published>;

/** How the systems did on one data set. */
export const DatasetEvaluation = z.object({
  /** `validation`, or the path of a data set given with `alsoOn`. */
  dataset: z.string(),
  base: Evaluation,
  tuned: Evaluation,
  others: z.array(Evaluation),
  /** Tuned minus base, paired by query. */
  gain: Comparison,
});
export type DatasetEvaluation = z.infer<typeof DatasetEvaluation>;

/** What `fineTune` returns. */
export const RunResult = z.object({
  base: BaseModel,
  model: TunedModel,
  /** Where the tuned model's folder lies, as a URI. */
  modelUri: z.string(),
  report: ArtifactRef,
  reportUri: z.string(),
  evaluations: z.array(DatasetEvaluation).min(1),
  training: z.object({ samples: z.number(), seconds: z.number(), samplesPerSecond: z.number(), steps: z.number() }),
  /** The very documents and questions it was made of. */
  documents: ArtifactRef.optional(),
  dataset: DatasetResult,
  corpus: z.object({ documents: z.number(), skipped: z.number(), chunks: z.number(), questions: z.number() }),
  published: Published.optional(),
});
export type RunResult = z.infer<typeof RunResult>;
