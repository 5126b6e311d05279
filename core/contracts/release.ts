import { z } from 'zod';
import { ArtifactRef } from './artifact.ts';
import { checkInput } from './check-input.ts';
import type { DatasetResult } from './dataset.ts';
import { MeanWithInterval } from './evaluation.ts';
import { type BaseModel, TunedModel } from './model.ts';
import type { DatasetEvaluation } from './run-result.ts';

/** A run's model, and what it came from. */
export interface TrainedCandidate {
  workflowId: string;
  base: BaseModel;
  model: TunedModel;
  /** On its validation set. */
  evaluation: DatasetEvaluation;
  documents?: ArtifactRef;
  dataset: DatasetResult;
}

/** What was promoted, what it was made of, and how good it was found to be. */
export const ReleaseRecord = z.object({
  model: TunedModel,
  /** Where its folder lies; no other model is ever written there. */
  modelUri: z.string(),
  /** The run that made it. */
  workflowId: z.string(),
  /** The base model, as the user named it. */
  base: z.string(),
  /** What `score` and `gain` count: `hit@5`. */
  metric: z.string(),
  score: MeanWithInterval,
  /** How much better it was found than what `over` names: `base`, `handbook v2`. */
  gain: MeanWithInterval,
  over: z.string(),
  /** JSON Lines of `Document`; absent where the questions were ready-made. */
  documents: ArtifactRef.optional(),
  /** JSON of `QADataset`: what it was trained on, and what it was judged by. */
  train: ArtifactRef,
  validation: ArtifactRef,
});
export type ReleaseRecord = z.infer<typeof ReleaseRecord>;

/** A numbered version of a published name. */
export const Release = ReleaseRecord.extend({
  version: z.number().int().min(1),
  /** ISO 8601. */
  promotedAt: z.string(),
});
export type Release = z.infer<typeof Release>;

/** One change of what a name stands for. */
export const RegistryEvent = z.object({
  kind: z.enum(['promotion', 'rollback']),
  /** 0 where the name stood for nothing yet. */
  from: z.number().int().min(0),
  to: z.number().int().min(1),
  /** ISO 8601. */
  at: z.string(),
  /** The run or the person that moved it. */
  by: z.string(),
  reason: z.string(),
  /** Of the request that asked for it: one made again by a retry finds that it is done. */
  id: z.string(),
});
export type RegistryEvent = z.infer<typeof RegistryEvent>;

/** A version as `hone models` lists it. */
export const ListedVersion = z.object({
  version: z.number().int(),
  current: z.boolean(),
  /** Left for an earlier version by a rollback, and not come back to since. */
  withdrawn: z.boolean(),
  promotedAt: z.string(),
  workflowId: z.string(),
  base: z.string(),
  metric: z.string(),
  score: MeanWithInterval,
  gain: MeanWithInterval,
  over: z.string(),
  /** All files of the model together. */
  bytes: z.number(),
  modelUri: z.string(),
});
export type ListedVersion = z.infer<typeof ListedVersion>;

/** A published name; `versions` newest first. */
export const ListedModel = z.object({
  name: z.string(),
  current: z.number().int(),
  versions: z.array(ListedVersion),
  /** Newest first. */
  moves: z.array(RegistryEvent),
});
export type ListedModel = z.infer<typeof ListedModel>;

/** What moving a name back takes; also the input of the `rollback` workflow. */
export const RollbackRequest = z.strictObject({
  name: z.string().min(1).describe('the published name'),
  to: z.number().int().min(1).optional().describe('version to go back to; default: the one before'),
  expected: z.number().int().min(1).optional().describe('refuse unless the name stands for this version'),
  by: z.string().default('the Temporal server’s caller').describe('who asks'),
  reason: z.string().max(500).default('').describe('why'),
});
export type RollbackRequest = z.input<typeof RollbackRequest>;

/**
 * Checks what a rollback was asked with and fills in the defaults.
 * @throws Fault `input` that lists every fault by its path.
 */
export function parseRollbackRequest(value: unknown): z.output<typeof RollbackRequest> {
  const advice = 'Give the published name, and perhaps `to`, `expected`, `by` and `reason` (docs/retrain.md).';
  return checkInput(RollbackRequest, value, { what: 'rollback', advice });
}

export const RolledBack = z.object({
  name: z.string(),
  from: z.number().int(),
  to: z.number().int(),
  /** Where the model lies that the name stands for now. */
  modelUri: z.string(),
});
export type RolledBack = z.infer<typeof RolledBack>;
