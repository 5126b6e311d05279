import { z } from 'zod';
import { ArtifactRef } from './artifact.ts';
import { DatasetResult } from './dataset.ts';
import { Comparison, Evaluation } from './evaluation.ts';
import { BaseModel, TunedModel } from './model.ts';
import { Recipe } from './recipe.ts';
import { Cost } from './spending.ts';

/** What was decided about publishing a run's model under a name. */
export const Published = z.object({
  name: z.string(),
  /** The current version of the name; 0 if it has none. */
  version: z.number().int(),
  /** Whether that version is the run's model. */
  promoted: z.boolean(),
  /** Reason of the decision, as a sentence. */
  reason: z.string(),
  /** What a person gave as reason for rejecting the promotion, if one did. */
  rejected: z.string().optional(),
});
export type Published = z.infer<typeof Published>;

/** Metrics of all systems on one dataset. */
export const DatasetEvaluation = z.object({
  /** `validation`, or the path of a dataset given with `alsoOn`. */
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
  /** URI of the tuned model's folder. */
  modelUri: z.string(),
  report: ArtifactRef,
  reportUri: z.string(),
  /** On the validation set, then on each dataset of `evaluation.alsoOn`. */
  evaluations: z.tuple([DatasetEvaluation], DatasetEvaluation),
  /** How it was trained, and why; absent in results of earlier versions. */
  recipe: Recipe.optional(),
  training: z.object({ samples: z.number(), seconds: z.number(), samplesPerSecond: z.number(), steps: z.number() }),
  /** JSON Lines of `Document`; absent if the dataset was imported. */
  documents: ArtifactRef.optional(),
  dataset: DatasetResult,
  counts: z.object({ documents: z.number(), skipped: z.number(), chunks: z.number(), questions: z.number() }),
  /** What this run has paid for questions; absent in results of earlier versions. */
  cost: Cost.optional(),
  /** Absent if the run has no `publish.name`. */
  published: Published.optional(),
});
export type RunResult = z.infer<typeof RunResult>;
