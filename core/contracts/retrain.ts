import { z } from 'zod';
import { checkInput } from './check-input.ts';
import { DocumentChanges } from './corpus.ts';
import { Comparison, Evaluation, Metrics } from './evaluation.ts';
import { RunInput } from './run-input.ts';
import { RunResult } from './run-result.ts';

const RetrainOptions = z
  .strictObject({
    minChangedShare: z
      .number()
      .min(0)
      .max(1)
      .default(0.02)
      .describe('share of documents that must have changed since the last promotion; 0 trains whatever has changed'),
    gate: z
      .enum(['better', 'not-worse', 'none'])
      .default('better')
      .describe('what the new model must be beside the one in production, by hit rate at 5, to be promoted'),
    generalSet: z
      .string()
      .min(1)
      .optional()
      .describe('a data set of other questions (llama-index JSON) on which the new model must not lose'),
    maxGeneralLoss: z
      .number()
      .min(0)
      .max(1)
      .default(0.01)
      .describe('hit rate at 5 that the new model may lose on generalSet beside the one in production'),
  })
  .prefault({});

/** A run input that names what it publishes, and when a new model is worth it. */
export const RetrainInput = RunInput.safeExtend({ retrain: RetrainOptions })
  .refine(({ publish }) => publish.name !== undefined, {
    message: 'is needed: the name whose model is looked after',
    path: ['publish', 'name'],
  })
  .refine(({ dataset }) => dataset === undefined, {
    message: 'cannot be looked after: retraining compares documents',
    path: ['dataset'],
  });
export type RetrainInput = z.infer<typeof RetrainInput>;
/** What a caller may leave out is optional here. */
export type RetrainRequest = z.input<typeof RetrainInput>;

/**
 * Checks the input of a retraining and fills in the defaults.
 * @throws Fault `input` that lists every fault by its path.
 */
export function parseRetrainInput(value: unknown): RetrainInput & { publish: { name: string } } {
  const input = checkInput(RetrainInput, value, {
    what: 'run input',
    advice: '`hone schema --retrain` prints what it may hold for a retraining.',
  });
  return { ...input, publish: { ...input.publish, name: input.publish.name as string } };
}

/** How the model in production does on the documents as they are now, before anything is trained. */
export const ProductionMeasured = z.object({
  version: z.number().int(),
  /** On the whole validation set. */
  evaluation: Evaluation,
  /** On those of its questions whose passages production has not seen; absent where there are none. */
  fresh: z.object({ queries: z.number().int(), metrics: Metrics }).optional(),
});
export type ProductionMeasured = z.infer<typeof ProductionMeasured>;

/** What `retrain` returns. */
export const RetrainResult = z.object({
  name: z.string(),
  /**
   * `unchanged`: the documents are too nearly what they were, nothing was trained. `promoted`: the name stands for the
   * new model. `refused`: the new model was not good enough. `same`: training came to the very weights in production.
   */
  decision: z.enum(['unchanged', 'promoted', 'refused', 'same']),
  /** Why, as a sentence with its figures. */
  reason: z.string(),
  /** What the name stands for now; 0 if for nothing. */
  version: z.number().int(),
  changes: DocumentChanges,
  production: ProductionMeasured.optional(),
  /** The new model beside the one in production, on validation questions neither was trained on. */
  gain: Comparison.optional(),
  /** The same on `generalSet`. */
  general: Comparison.optional(),
  /** The run that trained, where one did. */
  run: z.object({ workflowId: z.string(), result: RunResult }).optional(),
  /** Where the decision is written down as a page; absent where there was nothing to decide. */
  decisionUri: z.string().optional(),
});
export type RetrainResult = z.infer<typeof RetrainResult>;

/** How a retraining that trained can end; `overtaken` if the name was moved meanwhile, so that there is another to beat. */
export interface PromotionOutcome {
  decision: Exclude<RetrainResult['decision'], 'unchanged'> | 'overtaken';
  reason: string;
  /** What the name stands for now. */
  version: number;
}
