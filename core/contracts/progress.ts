import { z } from 'zod';
import { Hold } from './control.ts';

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

/** Those of a retraining; its `train` is a whole run of its own. */
export const RETRAIN_STAGES = [
  'documents',
  'changes',
  'model',
  'chunks',
  'split',
  'questions',
  'dataset',
  'production',
  'train',
  'decision',
] as const;

export const STAGE_NAMES = [...new Set([...STAGES, ...RETRAIN_STAGES])] as const;
export type StageName = (typeof STAGE_NAMES)[number];

/** What a running activity heartbeats: how far it is. */
export const StageProgress = z.object({
  done: z.number(),
  total: z.number(),
  /** What is counted: `documents`, `chunks`, `requests`, `steps`, `texts`, `MB`. */
  unit: z.string(),
  /** Units (for training: pairs) a second; absent until it is known. */
  rate: z.number().optional(),
  etaSeconds: z.number().optional(),
  /** Anything else worth one glance: `loss 0.41`. */
  note: z.string().optional(),
  /** Nothing happens before this moment (milliseconds since the epoch), and what is waited for: `quota`. */
  waitsUntil: z.number().optional(),
  waitsFor: z.string().optional(),
});
export type StageProgress = z.infer<typeof StageProgress>;

export const Stage = z.object({
  name: z.enum(STAGE_NAMES),
  state: z.enum(['waiting', 'running', 'paused', 'done', 'reused', 'skipped', 'failed', 'cancelled']),
  /** One line of what came out, once there is something. */
  summary: z.string().optional(),
  /** Seconds the work took: in this run, or (`reused`) when it was done. */
  seconds: z.number().optional(),
  /** US dollars it has cost in this run, where it costs any and prices are known. */
  cost: z.number().optional(),
  /** How far it is: live figures in what a client follows, the last that the workflow has heard of in its own answer. */
  progress: StageProgress.optional(),
  /** Where what it made can be looked at, as a URI. */
  see: z.string().optional(),
});
export type Stage = z.infer<typeof Stage>;

/** The answer to the `progress` query. */
export const Progress = z.object({
  title: z.string(),
  model: z.string(),
  stages: z.array(Stage),
  /** What keeps it from going on until somebody lets it; absent while nothing does. */
  hold: Hold.optional(),
});
export type Progress = z.infer<typeof Progress>;
