import { z } from 'zod';
import { ArtifactRef } from './artifact.ts';
import type { DatasetResult } from './dataset.ts';
import { MeanWithInterval } from './evaluation.ts';
import { type BaseModel, TunedModel } from './model.ts';
import type { DatasetEvaluation } from './run-result.ts';

/** A tuned model that may be promoted, with the run and the data it comes from. */
export interface TrainedCandidate {
  /** The run that trained it. */
  workflowId: string;
  base: BaseModel;
  model: TunedModel;
  /** On the run's validation set. */
  evaluation: DatasetEvaluation;
  /** JSON Lines of `Document`; absent if the dataset was imported. */
  documents?: ArtifactRef | undefined;
  dataset: DatasetResult;
  /** Whether the base model was better than every recipe that was tried; see `Recipe`. */
  baseIsBetter?: boolean | undefined;
}

/** What the model registry stores of a promoted model. */
export const ReleaseRecord = z.object({
  model: TunedModel,
  /** URI of the model's folder. Invariant: no other model is ever written there. */
  modelUri: z.string(),
  /** The run that trained it. */
  workflowId: z.string(),
  /** Name of the base model, as the user gave it. */
  base: z.string(),
  /** Metric of `score` and `gain`: `hit@5`. */
  metric: z.string(),
  score: MeanWithInterval,
  /** Difference to the model that `comparedWith` names. */
  gain: MeanWithInterval,
  /** `base`, or the version that was current: `handbook v2`. */
  comparedWith: z.string(),
  /** JSON Lines of `Document`; absent if the dataset was imported. */
  documents: ArtifactRef.optional(),
  /** JSON of `QADataset`: the training data. */
  train: ArtifactRef,
  /** JSON of `QADataset`: the validation data. */
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
/** A version with the name that it was published under. */
export type NamedRelease = Release & { readonly name: string };

/** A change of the current version of a name. */
export const RegistryEvent = z.object({
  kind: z.enum(['promotion', 'rollback']),
  /** 0 if the name had no version. */
  from: z.number().int().min(0),
  to: z.number().int().min(1),
  /** ISO 8601. */
  at: z.string(),
  /** The run (promotion) or the person (rollback) that made the change. */
  by: z.string(),
  reason: z.string(),
  /** Id of the request that made the change. A retry of the request finds the event by it and changes nothing. */
  requestId: z.string(),
});
export type RegistryEvent = z.infer<typeof RegistryEvent>;

/** A version as `hone models` lists it. */
export const ListedVersion = z.object({
  version: z.number().int(),
  current: z.boolean(),
  /** A rollback left this version, and it has not been current since. */
  rolledBack: z.boolean(),
  promotedAt: z.string(),
  workflowId: z.string(),
  base: z.string(),
  metric: z.string(),
  score: MeanWithInterval,
  gain: MeanWithInterval,
  comparedWith: z.string(),
  /** Size of all files of the model together. */
  bytes: z.number(),
  modelUri: z.string(),
});
export type ListedVersion = z.infer<typeof ListedVersion>;

/** A published name. */
export const ListedModel = z.object({
  name: z.string(),
  /** The current version; 0 if it cannot be read. */
  current: z.number().int(),
  /** Why not all of it can be read: its entry in the store is corrupt, or of another version of Hone. */
  unreadable: z.string().optional(),
  /** Newest first; those that can be read. */
  versions: z.array(ListedVersion),
  /** Newest first. */
  events: z.array(RegistryEvent),
});
export type ListedModel = z.infer<typeof ListedModel>;

/** Input of the `rollback` workflow. */
export const RollbackRequest = z.strictObject({
  name: z.string().min(1).describe('the published name'),
  to: z.number().int().min(1).optional().describe('version to go back to; default: the previous one'),
  expected: z.number().int().min(1).optional().describe('refuse unless this is the current version'),
  by: z.string().default('the Temporal server’s caller').describe('who asks for the rollback'),
  reason: z.string().max(500).default('').describe('why'),
});
export type RollbackRequest = z.input<typeof RollbackRequest>;

export const RolledBack = z.object({
  name: z.string(),
  from: z.number().int(),
  to: z.number().int(),
  /** URI of the model folder of the version that is current now. */
  modelUri: z.string(),
});
export type RolledBack = z.infer<typeof RolledBack>;
