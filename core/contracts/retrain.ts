import { z } from 'zod';
import { DocumentChanges } from './corpus.ts';
import { Comparison, Evaluation, Metrics } from './evaluation.ts';
import { RunInput } from './run-input.ts';
import { RunResult } from './run-result.ts';
import { Cost } from './spending.ts';

const RetrainOptions = z
  .strictObject({
    minChangedShare: z
      .number()
      .min(0)
      .max(1)
      .default(0.02)
      .describe(
        'share of documents that must have changed since the last promotion; 0 trains even if none has changed',
      ),
    gate: z
      .enum(['better', 'not-worse', 'none'])
      .default('better')
      .describe(
        'what the new model must be to be promoted, compared with the current release by hit rate at 5; better: by more than chance, on at least 30 questions about 5 documents',
      ),
    generalSet: z
      .string()
      .min(1)
      .optional()
      .describe('a dataset of other questions (llama-index JSON) on which the new model must not be worse'),
    maxGeneralDrop: z
      .number()
      .min(0)
      .max(1)
      .default(0.01)
      .describe('how much lower than that of the current release the hit rate at 5 on generalSet may be'),
  })
  .prefault({});

/** A run input that names what it publishes, with the conditions for training and for promotion. */
export const RetrainInput = RunInput.safeExtend({ retrain: RetrainOptions })
  .refine(({ publish }) => publish.name !== undefined, {
    message: 'is needed: the name whose model is retrained',
    path: ['publish', 'name'],
  })
  .refine(({ dataset }) => dataset === undefined, {
    message: 'cannot be retrained on, as retraining compares documents; give documents instead',
    path: ['dataset'],
  });
export type RetrainInput = z.infer<typeof RetrainInput>;
/** With optional fields where `RetrainInput` has defaults. */
export type RetrainRequest = z.input<typeof RetrainInput>;

/** Metrics of the current release on today's documents, measured before a new model is trained. */
export const CurrentReleaseEvaluation = z.object({
  version: z.number().int(),
  /** On the whole validation set. */
  evaluation: Evaluation,
  /** On the questions about passages that the release's own data did not hold; absent if there are none. */
  unseen: z.object({ queries: z.number().int(), metrics: Metrics }).optional(),
});
export type CurrentReleaseEvaluation = z.infer<typeof CurrentReleaseEvaluation>;

/** What `retrain` returns. */
export const RetrainResult = z.object({
  name: z.string(),
  /**
   * `unchanged`: too few documents have changed, nothing was trained. `promoted`: the new model is the current version.
   * `refused`: the new model was not good enough, or a person rejected it. `identical`: training produced the weights
   * of the current version.
   */
  decision: z.enum(['unchanged', 'promoted', 'refused', 'identical']),
  /** Reason of the decision, as a sentence with its figures. */
  reason: z.string(),
  /** The current version of the name; 0 if it has none. */
  version: z.number().int(),
  changes: DocumentChanges,
  /** Absent if nothing was published before, or nothing was trained. */
  currentRelease: CurrentReleaseEvaluation.optional(),
  /** The new model compared with the current release (or the base), on validation questions neither was trained on. */
  gain: Comparison.optional(),
  /** The same comparison on `generalSet`. */
  general: Comparison.optional(),
  /** What the retraining has paid for questions, its run included; absent in results of earlier versions. */
  cost: Cost.optional(),
  /** The run that trained; absent if nothing was trained. */
  run: z.object({ workflowId: z.string(), result: RunResult }).optional(),
  /** URI of the page that explains the decision; absent if nothing was trained. */
  decisionUri: z.string().optional(),
});
export type RetrainResult = z.infer<typeof RetrainResult>;

/** Result of an attempt to promote a model. */
export interface PromotionOutcome {
  /** `conflict`: the current version changed meanwhile, so that the model has to be compared with another. */
  decision: Exclude<RetrainResult['decision'], 'unchanged'> | 'conflict';
  reason: string;
  /** The current version of the name. */
  version: number;
}
