import { z } from 'zod';
import { ArtifactRef } from './artifact.ts';
import type { OpenChunks } from './asking.ts';
import type { RunInput } from './run-input.ts';
import { Spending } from './spending.ts';
import type { StepResult } from './step-result.ts';

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
  /** Answers in the ledger that others paid for: earlier runs, and runs beside this one. */
  replayed: z.number().int(),
  /** What this run has paid for. */
  spending: Spending,
  /** The run that did the step and paid that; see `LedgerEntry.paid`. Absent in results of earlier versions. */
  paidBy: z.string().optional(),
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

/** How asking about the chunks that the ledger leaves open begins. */
export type PlannedQuestions = { ready: StepResult<QuestionsResult> } | { open: OpenChunks; spent: Spending };

export interface QuestionsInput {
  /** JSON Lines of `Chunk`. */
  chunks: ArtifactRef;
  options: RunInput['questions'];
}
