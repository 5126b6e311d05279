import { z } from 'zod';
import { ArtifactRef } from './artifact.ts';
import type { BaseModel, TunedModel } from './model.ts';
import type { TrainingOptions } from './training.ts';

/** With fewer questions, the interval of a gain says more about its method than about the systems. */
export const MIN_QUESTIONS = 30;
/** Questions of a document are not independent: with fewer documents, the interval is nearly as wide as its scale. */
export const MIN_DOCUMENTS = 5;

/** A mean over queries with its 95 % interval. */
export const MeanWithInterval = z.object({ value: z.number(), low: z.number(), high: z.number() });
export type MeanWithInterval = z.infer<typeof MeanWithInterval>;

/**
 * Metric -> mean: `hit@5`, `mrr@10`, `ndcg@10`, `map@100`, `precision@5`, `recall@5`…, as sentence-transformers'
 * InformationRetrievalEvaluator defines them.
 */
export const Metrics = z.record(z.string(), MeanWithInterval);
export type Metrics = z.infer<typeof Metrics>;

/** The passages that a system ranked for one query. */
export const Ranking = z.object({
  queryId: z.string(),
  /** Passage ids, best first, as many as the deepest cut-off. */
  top: z.array(z.string()),
  /** 1-based rank of the first relevant passage in the whole corpus; 0 if it has no score. */
  rank: z.number().int(),
});
export type Ranking = z.infer<typeof Ranking>;

/** Metrics of one system (a model, BM25, a hosted model) on one dataset. */
export const Evaluation = z.object({
  /** The system's name in tables. */
  system: z.string(),
  queries: z.number().int(),
  passages: z.number().int(),
  /** Documents that the queries are about; absent if they are not known, or the queries are all about one. */
  documents: z.number().int().optional(),
  metrics: Metrics,
  /** JSON Lines of `Ranking`, one per query, in the dataset's order. */
  rankings: ArtifactRef,
  seconds: z.number(),
});
export type Evaluation = z.infer<typeof Evaluation>;

/** Difference between two systems on the same queries, with its 95 % interval by paired bootstrap. */
export const Comparison = z.object({
  metric: z.string(),
  difference: MeanWithInterval,
  /** Number of queries compared. */
  queries: z.number().int().optional(),
  /** Documents that these queries are about; absent if they are not known, or the queries are all about one. */
  documents: z.number().int().optional(),
});
export type Comparison = z.infer<typeof Comparison>;

/** A system that ranks passages. */
export type System =
  /** `prompts`: those of the tuned model, if they are not the base model's own. */
  | { kind: 'base'; model: BaseModel; prompts?: TrainingOptions['prompts'] }
  | { kind: 'tuned'; model: TunedModel }
  | { kind: 'bm25' }
  /** `model`: a hosted embedding model behind the worker's profile `profile`. */
  | { kind: 'hosted'; model: string; profile: string };
