import { z } from 'zod';
import { ArtifactRef } from './artifact.ts';

/** An estimate: about `likely`, and hardly ever below `low` or above `high`. */
export const Bounds = z.object({ low: z.number(), likely: z.number(), high: z.number() });
export type Bounds = z.infer<typeof Bounds>;

export const TimeUnderLimits = z.object({
  seconds: z.number(),
  /** What limits the speed: the profile's requests or tokens a minute, or the answers to the requests in flight. */
  binds: z.enum(['requests', 'tokens', 'concurrency']),
});
export type TimeUnderLimits = z.infer<typeof TimeUnderLimits>;

/** Which of a run's answers the ledger lacks. Prices and limits of the endpoint are not part of it. */
export const QuestionsNeed = z.object({
  /** Requests whose answers the ledger holds: they cost nothing. */
  answered: z.number().int(),
  /** Requests to send, without the second request after an answer that cannot be used. */
  requests: z.number().int(),
  /** Of the requests to send, as counted here. */
  promptTokens: z.number().int(),
  /** Prompt tokens billed for each token counted here, in the answers about this corpus that the ledger holds. */
  billedPerCounted: z.object({ ratio: z.number(), answers: z.number().int() }).optional(),
  /** Of a single answer. */
  answerTokens: Bounds,
  /** Answers in the ledger from which `answerTokens` is estimated; 0: it is assumed. */
  answersSeen: z.number().int(),
});
export type QuestionsNeed = z.infer<typeof QuestionsNeed>;

/** What asking questions will take. */
export const QuestionsEstimate = QuestionsNeed.extend({
  profile: z.string(),
  model: z.string(),
  /** Encoding that prompts were counted with, and whether it is the model's own. */
  encoding: z.string(),
  exact: z.boolean(),
  /** Of all requests to send. */
  completionTokens: Bounds,
  /** Asked through the Batch API, at half the price within a day; with mode `auto`, if the endpoint offers it. */
  batched: z.boolean(),
  /** US dollars; absent where the profile names no price for the model. */
  price: Bounds.optional(),
  /** Asked one by one; absent where this worker has no such profile. */
  time: TimeUnderLimits.extend({
    secondsPerRequest: z.number(),
    /** True: the mean of the pilot's requests; false: assumed. */
    measured: z.boolean(),
    requestsPerMinute: z.number().optional(),
    tokensPerMinute: z.number().optional(),
    concurrency: z.number().int(),
  }).optional(),
  /** Pilot questions that were asked and paid for. */
  pilot: z.object({ asked: z.number().int(), cost: z.number().optional() }).optional(),
});
export type QuestionsEstimate = z.infer<typeof QuestionsEstimate>;

export const QuestionsEstimateResult = z.object({
  estimate: QuestionsEstimate,
  /** JSON Lines of `Question`: the ledger's, and placeholder questions where it has none. */
  questions: ArtifactRef,
});
export type QuestionsEstimateResult = z.infer<typeof QuestionsEstimateResult>;

/** What training takes: from its plan and, where a pilot was run, from its first steps with the real model. */
export const TrainingEstimate = z.object({
  pairs: z.number().int(),
  steps: z.number().int(),
  /** Trainings on a part of the pairs, to choose learning rate and merge; absent where there is nothing to choose. */
  trials: z.number().int().optional(),
  pilot: z
    .object({
      /** Steps that were measured; the first ones, which are slow, are left out. */
      steps: z.number().int(),
      samplesPerSecond: z.number(),
      /** Estimated, for all steps of the last training. */
      seconds: z.number(),
      /** Estimated, for the trials: their training, and the evaluation of the models merged from them. */
      trialSeconds: z.number().optional(),
      /** Of the trainer's process. */
      peakBytes: z.number(),
      /** Layers computed twice to save memory; 0 where there is enough. */
      recomputedLayers: z.number().int(),
      /** Estimated, for evaluating base and tuned, and for mining hard negatives where that is on. */
      embeddingSeconds: z.number(),
    })
    .optional(),
});
export type TrainingEstimate = z.infer<typeof TrainingEstimate>;

/** What `estimate` returns: what a run will take. */
export const Estimate = z.object({
  corpus: z
    .object({ documents: z.number(), skipped: z.number(), chunks: z.number(), medianTokens: z.number() })
    .optional(),
  /** Absent where no language model is asked. */
  questions: QuestionsEstimate.optional(),
  training: TrainingEstimate,
});
export type Estimate = z.infer<typeof Estimate>;

export interface EstimateOptions {
  /** Run the first steps of training and measure them; default true. */
  pilot?: boolean;
  /** Requests to send, and pay for, to measure how long answers are and how long they take; default 0. */
  pilotQuestions?: number;
}
