import { z } from 'zod';
import { ArtifactRef } from './artifact.ts';
import type { BaseModel, TunedModel } from './model.ts';
import type { TrainingOptions } from './training.ts';

/** A mean over queries with its 95 % bootstrap interval. */
export const MeanWithInterval = z.object({ value: z.number(), low: z.number(), high: z.number() });
export type MeanWithInterval = z.infer<typeof MeanWithInterval>;

/** `hit@5`, `mrr@10`, `ndcg@10`, `map@100`, `precision@5`, `recall@5`… -> estimate, as InformationRetrievalEvaluator defines them. */
export const Metrics = z.record(z.string(), MeanWithInterval);
export type Metrics = z.infer<typeof Metrics>;

/** One query's outcome. */
export const Ranking = z.object({
  queryId: z.string(),
  /** Passage ids, best first, as many as the deepest cut-off. */
  top: z.array(z.string()),
  /** 1-based rank of the first relevant passage in the whole corpus; 0 if it has no score at all. */
  rank: z.number().int(),
});
export type Ranking = z.infer<typeof Ranking>;

/** How one system (a model, BM25, a hosted model) did on one data set. */
export const Evaluation = z.object({
  system: z.string(),
  queries: z.number().int(),
  passages: z.number().int(),
  metrics: Metrics,
  /** JSON array of `Ranking`, one a query, in the data set's order. */
  rankings: ArtifactRef,
  seconds: z.number(),
});
export type Evaluation = z.infer<typeof Evaluation>;

/** Paired bootstrap of the difference between two systems over the same queries. */
export const Comparison = z.object({
  metric: z.string(),
  difference: MeanWithInterval,
  /** Over so many queries. */
  queries: z.number().int().optional(),
});
export type Comparison = z.infer<typeof Comparison>;

/** Something that ranks passages. `name` is what tables call it. */
export type System =
  /** With the prompts that the tuned model gets, where they are not the model's own. */
  | { kind: 'base'; model: BaseModel; prompts?: TrainingOptions['prompts'] }
  | { kind: 'tuned'; model: TunedModel }
  | { kind: 'bm25' }
  | { kind: 'hosted'; model: string; profile: string };
