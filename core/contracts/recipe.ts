import { z } from 'zod';
import { TrainingOptions } from './training.ts';

/** The scale of the ranking loss that fits a base model; see core/training/recipe/calibrate-scale.ts. */
export const ScaleCalibration = z.object({
  /** The scale to train with. */
  scale: z.number(),
  /** The scale at which the base model's cosines explain the right passages best, before it was limited. */
  mostLikely: z.number(),
  /** Training pairs that were compared. */
  pairs: z.number().int(),
  /** What the authors of the model trained it with, if that is known. */
  published: z.object({ family: z.string(), scale: z.number(), source: z.string() }).optional(),
});
export type ScaleCalibration = z.infer<typeof ScaleCalibration>;

/** How well a model ranks the passages of a dataset. */
export const RankingScore = z.object({
  /** Mean nDCG at 10, 0 to 1. */
  ndcg: z.number(),
  /**
   * Negative log-likelihood of the right passages, in nats: the cross entropy of a softmax over the cosines with all
   * passages, at the scale that makes it lowest. It changes with every cosine, so few questions tell more than by nDCG.
   */
  loss: z.number(),
  /** The loss of each question, in the dataset's order, rounded; absent where models are not compared any more. */
  losses: z.array(z.number()).optional(),
});
export type RankingScore = z.infer<typeof RankingScore>;

/** Weights between those of the base and of a tuned model, and how well they rank. */
export const MergeScore = z.object({
  /** Share of the tuned model in the weights: 0 is the base model, 1 the tuned one. */
  merge: z.number(),
  /** On questions about training passages that the tuned model was not trained on. */
  development: RankingScore,
  /** On the dataset of `training.generalSet`. */
  general: RankingScore.optional(),
});
export type MergeScore = z.infer<typeof MergeScore>;

/** A training on a part of the training questions, to see what a learning rate does to the others. */
export const Trial = z.object({
  learningRate: z.number(),
  steps: z.number().int(),
  /** Wall-clock seconds of the training steps. */
  seconds: z.number(),
  scores: z.array(MergeScore),
});
export type Trial = z.infer<typeof Trial>;

/** The training questions that trials are compared on. */
export const Development = z.object({ questions: z.number().int(), passages: z.number().int() });
export type Development = z.infer<typeof Development>;

/** How a run trained, and why. */
export const Recipe = z.object({
  /** What the model was trained with. */
  options: TrainingOptions,
  /** Share of the tuned model in the published weights; the base model has the rest. */
  merge: z.number(),
  /** Absent if the run input gave the scale. */
  calibration: ScaleCalibration.optional(),
  /** Absent if there was nothing to choose, or too few questions to choose by. */
  search: z
    .object({
      development: Development,
      base: MergeScore,
      trials: z.array(Trial),
      /** Whether no trial, merged or not, ranked the development questions better than the base model. */
      baseIsBetter: z.boolean(),
    })
    .optional(),
});
export type Recipe = z.infer<typeof Recipe>;
