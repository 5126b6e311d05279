import { z } from 'zod';
import { ArtifactRef } from './artifact.ts';

const rank = z.number().int().min(1);

/** How hard negatives are mined; the defaults are NV-Retriever's best (Moreira et al. 2024, TopK-PercPos at 95 %). */
export const MiningOptions = z.strictObject({
  perQuery: z.number().int().min(1).default(4).describe('hard negatives per question at most; minimum 1'),
  rankWindow: z
    .tuple([rank, rank])
    .refine(([first, last]) => first <= last, 'give the nearer rank first: [10, 50]')
    .default([1, 100])
    .describe(
      'first and last rank of the candidates, counted from 1 among the passages that do not answer the question',
    ),
  margin: z
    .union([
      z.strictObject({ absolute: z.number().min(-1).max(1).describe('as a cosine') }),
      z.strictObject({ relative: z.number().min(-1).max(1).describe('as a share of the right passage’s cosine') }),
    ])
    .nullable()
    .default({ relative: 0.05 })
    .describe('how far below the right passage a candidate has to score; null: no minimum distance'),
  share: z
    .number()
    .positive()
    .max(1)
    .default(1)
    .describe('share of the candidates that is kept, drawn at random, before the nearest ones are taken'),
});
export type MiningOptions = z.infer<typeof MiningOptions>;

/** Counts of one mining of hard negatives, over all queries. */
export const MiningReport = z.object({
  queries: z.number().int(),
  /** Queries without any hard negative. */
  without: z.number().int(),
  /** Passages in the rank windows. */
  candidates: z.number().int(),
  /** Candidates left out because of the margin: they score so close to the right passage that they may answer too. */
  nearPositive: z.number().int(),
  /** Other candidates left out at random (`share`). */
  drawnOut: z.number().int(),
  /** Hard negatives kept. */
  negatives: z.number().int(),
  /** Mean cosine between queries and their right passages. */
  positiveScore: z.number(),
  /** Mean cosine between queries and the hard negatives kept. */
  negativeScore: z.number(),
});
export type MiningReport = z.infer<typeof MiningReport>;

export const MiningResult = z.object({
  /** JSON of `QADataset`, with `hard_negatives`. */
  dataset: ArtifactRef,
  report: MiningReport,
});
export type MiningResult = z.infer<typeof MiningResult>;
