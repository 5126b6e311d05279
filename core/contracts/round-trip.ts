import { z } from 'zod';
import { DatasetResult } from './dataset.ts';

/** Options of the round-trip check: does a question retrieve the chunk it was asked of, with the base model? */
export const RoundTripOptions = z.strictObject({
  topK: z
    .number()
    .int()
    .min(1)
    .default(10)
    .describe('a question passes if its chunk is among the first k of all chunks, by the base model'),
  filter: z
    .boolean()
    .default(false)
    .describe('leave training questions that do not pass out; validation questions are always kept'),
});
export type RoundTripOptions = z.infer<typeof RoundTripOptions>;

const Counts = z.object({
  questions: z.number().int(),
  /** Questions with a chunk of theirs among the first k. */
  passed: z.number().int(),
});

export const RoundTripReport = z.object({
  topK: z.number().int(),
  train: Counts,
  validation: Counts,
  /** Training questions left out. */
  leftOut: z.number().int(),
});
export type RoundTripReport = z.infer<typeof RoundTripReport>;

export const RoundTripResult = z.object({ dataset: DatasetResult, report: RoundTripReport });
export type RoundTripResult = z.infer<typeof RoundTripResult>;
