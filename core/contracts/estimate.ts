import { z } from 'zod';
import { ArtifactRef } from './artifact.ts';

/** What nobody can know before: about `likely`, and hardly beyond `low` and `high`. */
export const Bounds = z.object({ low: z.number(), likely: z.number(), high: z.number() });
export type Bounds = z.infer<typeof Bounds>;

export const TimeUnderLimits = z.object({
  seconds: z.number(),
  /** What is waited for: the profile's requests or tokens a minute, or answers, so many being in flight at once. */
  binds: z.enum(['requests', 'tokens', 'concurrency']),
});
export type TimeUnderLimits = z.infer<typeof TimeUnderLimits>;

/** What the ledger lacks of a run's answers, before anything is known of the endpoint's prices and limits. */
export const QuestionsNeed = z.object({
  /** Requests whose answers the ledger holds: they cost nothing. */
  answered: z.number().int(),
  /** Requests to be sent. An answer that cannot be used is asked for once more; that is not counted. */
  requests: z.number().int(),
  /** Of those requests, as counted here. */
  promptTokens: z.number().int(),
  /** What the endpoint has billed for every token counted here, in the answers to this very corpus that the ledger holds. */
  billedPerCounted: z.object({ ratio: z.number(), answers: z.number().int() }).optional(),
  /** A single answer's. */
  answerTokens: Bounds,
  /** Answers of the ledger that tell how long answers are; 0: it is assumed. */
  answersSeen: z.number().int(),
});
export type QuestionsNeed = z.infer<typeof QuestionsNeed>;

/** What asking questions will come to. */
export const QuestionsEstimate = QuestionsNeed.extend({
  profile: z.string(),
  model: z.string(),
  /** What prompts were counted with, and whether that is the model's own. */
  encoding: z.string(),
  exact: z.boolean(),
  /** Of all requests to be sent. */
  completionTokens: Bounds,
  /** Through the Batch API, at half the price and within a day; with mode `auto`, if the endpoint offers it. */
  batched: z.boolean(),
  /** US dollars; absent: the profile names no price for the model. */
  price: Bounds.optional(),
  /** One by one; absent: this worker has no such profile. */
  time: TimeUnderLimits.extend({
    secondsPerRequest: z.number(),
    /** Taken from the pilot's requests, else assumed. */
    measured: z.boolean(),
    requestsPerMinute: z.number().optional(),
    tokensPerMinute: z.number().optional(),
    concurrency: z.number().int(),
  }).optional(),
  /** What was asked and paid for to know this. */
  pilot: z.object({ asked: z.number().int(), cost: z.number().optional() }).optional(),
});
export type QuestionsEstimate = z.infer<typeof QuestionsEstimate>;

export const QuestionsEstimateResult = z.object({
  estimate: QuestionsEstimate,
  /** JSON Lines of `Question`: the ledger's, and placeholders of a question's length where it has none. */
  questions: ArtifactRef,
});
export type QuestionsEstimateResult = z.infer<typeof QuestionsEstimateResult>;

/** What training takes, from its plan and, where a pilot was run, its first steps with the real model. */
export const TrainingEstimate = z.object({
  pairs: z.number().int(),
  steps: z.number().int(),
  pilot: z
    .object({
      /** Steps that were measured, after the first ones, which are slow. */
      steps: z.number().int(),
      samplesPerSecond: z.number(),
      /** Of all steps. */
      seconds: z.number(),
      /** At most, of the trainer's process. */
      peakBytes: z.number(),
      /** Layers computed twice to stay within that; 0 where memory is plenty. */
      recomputedLayers: z.number().int(),
      /** Of judging base and tuned, and of looking for hard negatives where that is asked for. */
      embeddingSeconds: z.number(),
    })
    .optional(),
});
export type TrainingEstimate = z.infer<typeof TrainingEstimate>;

/** What `estimate` returns: what a run will take, as far as that can be known before. */
export const Estimate = z.object({
  corpus: z
    .object({ documents: z.number(), skipped: z.number(), chunks: z.number(), medianTokens: z.number() })
    .optional(),
  /** Absent where nobody is asked. */
  questions: QuestionsEstimate.optional(),
  training: TrainingEstimate,
});
export type Estimate = z.infer<typeof Estimate>;

export interface EstimateOptions {
  /** Run the first steps of training to see how long they take; default true. */
  pilot?: boolean;
  /** Questions to ask, and pay for, to see how long answers are and how long they take; default 0. */
  pilotQuestions?: number;
}
