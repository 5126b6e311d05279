import { z } from 'zod';
import { Hold } from './control.ts';

/**
 * Stages of a run, in order. A stage is what people see of a run; it consists of steps, the units of work that are
 * keyed by their content and reused by other runs.
 */
export const STAGES = [
  'model',
  'documents',
  'chunks',
  'split',
  'questions',
  'dataset',
  'train',
  'evaluate',
  'publish',
  'report',
] as const;

/** Stages of a retraining, in order; its `train` is a whole run of its own. */
export const RETRAIN_STAGES = [
  'documents',
  'changes',
  'model',
  'chunks',
  'split',
  'questions',
  'dataset',
  'release',
  'train',
  'decision',
] as const;

export const STAGE_NAMES = [...new Set([...STAGES, ...RETRAIN_STAGES])] as const;
export type StageName = (typeof STAGE_NAMES)[number];

/** How far a running step is; activities send it with their heartbeats. */
export const StageProgress = z.object({
  done: z.number(),
  total: z.number(),
  /** What `done` and `total` count: `documents`, `chunks`, `requests`, `steps`, `texts`, `MB`. */
  unit: z.string(),
  /** Units (for training: pairs) per second; absent until it is known. */
  rate: z.number().optional(),
  etaSeconds: z.number().optional(),
  /** A short addition: `loss 0.41`. */
  note: z.string().optional(),
  /** Of a training, once it has done a step. */
  training: z
    .object({
      /** Mean of the last ten steps. */
      loss: z.number(),
      /** L2 norm of the last step's gradients, before clipping. */
      gradientNorm: z.number(),
      /** The last loss on held-out pairs, if there is one. */
      heldOutLoss: z.number().optional(),
    })
    .optional(),
  /** Nothing happens before this time (milliseconds since the epoch), as the step waits for `waitsFor`. */
  waitsUntil: z.number().optional(),
  /** `quota` */
  waitsFor: z.string().optional(),
});
export type StageProgress = z.infer<typeof StageProgress>;

export const Stage = z.object({
  name: z.enum(STAGE_NAMES),
  /** `reused`: the outputs of all steps were stored already. `skipped`: the run does not need the stage. */
  state: z.enum(['waiting', 'running', 'paused', 'done', 'reused', 'skipped', 'failed', 'cancelled']),
  /** The result in one line; absent before there is one. */
  summary: z.string().optional(),
  /** Seconds the work took: in this run, or (`reused`) when it was done. */
  seconds: z.number().optional(),
  /** US dollars that this run has paid for the stage; absent where it costs nothing or the prices are unknown. */
  cost: z.number().optional(),
  /** Summaries of the steps that this run has finished, oldest first. Reused steps are not among them. */
  finished: z.array(z.string()).optional(),
  /** Current in what a client follows; in the workflow's own answer, the last that the workflow received. */
  progress: StageProgress.optional(),
  /** URI of a file for people to look at. */
  resultUri: z.string().optional(),
});
export type Stage = z.infer<typeof Stage>;

/** Answer to the `progress` query. */
export const Progress = z.object({
  title: z.string(),
  /** The base model, as the user gave it. */
  model: z.string(),
  stages: z.array(Stage),
  /** Why the run does not continue until a person acts; absent while it runs. */
  hold: Hold.optional(),
});
export type Progress = z.infer<typeof Progress>;
