import { z } from 'zod';
import { ArtifactRef } from './artifact.ts';

const rank = z.number().int().min(1);

/** How hard negatives are found; defaults are NV-Retriever's best (Moreira et al. 2024, TopK-PercPos at 95 %). */
export const MiningOptions = z.strictObject({
  perQuery: z.number().int().min(1).default(4).describe('hard negatives kept for a question at most; minimum 1'),
  rankWindow: z
    .tuple([rank, rank])
    .refine(([first, last]) => first <= last, 'give the nearer rank first: [10, 50]')
    .default([1, 100])
    .describe('ranks, among the passages that do not answer a question, which are looked at, from 1'),
  margin: z
    .union([
      z.strictObject({ absolute: z.number().min(-1).max(1).describe('as a cosine') }),
      z.strictObject({ relative: z.number().min(-1).max(1).describe('as a share of the right passage’s cosine') }),
    ])
    .nullable()
    .default({ relative: 0.05 })
    .describe('how far below the right passage a wrong one must score; null: no matter how'),
  share: z
    .number()
    .positive()
    .max(1)
    .default(1)
    .describe('share of those passages that is kept, drawn by lot, before the nearest of them are taken'),
});
export type MiningOptions = z.infer<typeof MiningOptions>;

/** What the mining of hard negatives came to. */
export const MiningReport = z.object({
  queries: z.number().int(),
  /** Queries that got none. */
  without: z.number().int(),
  /** Passages in the rank windows, over all queries. */
  candidates: z.number().int(),
  /** Of these, left out for the margin: too near the right passage, so they may well answer too. */
  nearPositive: z.number().int(),
  /** Of the others, left out by lot. */
  drawnOut: z.number().int(),
  /** What was kept, over all queries. */
  negatives: z.number().int(),
  /** Mean cosine of the queries with their right passages, and with the hard negatives kept. */
  positiveScore: z.number(),
  negativeScore: z.number(),
});
export type MiningReport = z.infer<typeof MiningReport>;

export const MiningResult = z.object({
  /** JSON of `QADataset`, with `hard_negatives`. */
  dataset: ArtifactRef,
  report: MiningReport,
});
export type MiningResult = z.infer<typeof MiningResult>;
