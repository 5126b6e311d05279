import { z } from 'zod';
import { ArtifactRef } from './artifact.ts';
import type { RunInput } from './run-input.ts';
import { Spending } from './spending.ts';

/** A question and the chunk that answers it. */
export const Question = z.object({
  id: z.string(),
  chunkId: z.string(),
  text: z.string(),
  /** Set where the wording is the chunk's own heading: the dataset's passages then lose their heading lines. */
  from: z.literal('heading').optional(),
});
export type Question = z.infer<typeof Question>;

/** The result of the question step. */
export const QuestionsResult = z.object({
  /** JSON Lines of `Question`. */
  questions: ArtifactRef,
  count: z.number().int(),
  /** Answers that the ledger held already. */
  replayed: z.number().int(),
  spending: Spending,
  /** Chunks without a question, each with its reason: the first `MAX_LISTED`. */
  quarantined: z.array(z.object({ chunkId: z.string(), path: z.string(), reason: z.string() })),
  /** All of them. */
  quarantinedCount: z.number().int(),
  /** All of them, as JSON Lines; absent if there are none. */
  quarantine: ArtifactRef.optional(),
  /** Asking ended at the budget. */
  stoppedAtBudget: z.literal(true).optional(),
  /** Chunks that were not asked about for that reason. */
  notAsked: z.number().int().optional(),
});
export type QuestionsResult = z.infer<typeof QuestionsResult>;

export interface QuestionsInput {
  /** JSON Lines of `Chunk`. */
  chunks: ArtifactRef;
  options: RunInput['questions'];
}
