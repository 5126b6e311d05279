import { z } from 'zod';
import { ArtifactRef } from './artifact.ts';
import type { RunInput } from './run-input.ts';

/** A question and the chunk it was asked of. */
export const Question = z.object({
  id: z.string(),
  chunkId: z.string(),
  text: z.string(),
  /** Set where the wording is the chunk's own heading: the data set's passages then go without their heading lines. */
  from: z.literal('heading').optional(),
});
export type Question = z.infer<typeof Question>;

/** What asking came to. */
export const QuestionsResult = z.object({
  /** JSON Lines of `Question`. */
  questions: ArtifactRef,
  count: z.number().int(),
  /** Answers that the ledger already held. */
  replayed: z.number().int(),
  /** Requests sent and paid for. */
  asked: z.number().int(),
  /** How many of them through the Batch API, at half the price. */
  inBatches: z.number().int().optional(),
  promptTokens: z.number().int(),
  completionTokens: z.number().int(),
  /** US dollars by the profile's prices; undefined where it names none. */
  cost: z.number().optional(),
  /** Chunks left without a question, each with its reason (listed up to a limit, counted in full). */
  quarantined: z.array(z.object({ chunkId: z.string(), path: z.string(), reason: z.string() })),
  quarantinedCount: z.number().int(),
  /** All of them, as JSON Lines; absent if there are none. */
  quarantine: ArtifactRef.optional(),
  /** The budget ended the asking. */
  stoppedAtBudget: z.literal(true).optional(),
  /** Chunks that nobody was asked about for that reason. */
  notAsked: z.number().int().optional(),
});
export type QuestionsResult = z.infer<typeof QuestionsResult>;

export interface QuestionsInput {
  chunks: ArtifactRef;
  options: RunInput['questions'];
}
