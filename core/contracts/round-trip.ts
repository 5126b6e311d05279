import { z } from 'zod';
import { DatasetResult } from './dataset.ts';

/** Whether questions lead back to their chunks, by the model as it is before training. */
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
    .describe('leave questions that do not pass out of training; those that judge always stay'),
});
export type RoundTripOptions = z.infer<typeof RoundTripOptions>;

const Side = z.object({
  questions: z.number().int(),
  /** Those whose chunk, or one of their chunks, is among the first k. */
  passed: z.number().int(),
});

export const RoundTripReport = z.object({
  topK: z.number().int(),
  train: Side,
  validation: Side,
  /** Training questions left out. */
  leftOut: z.number().int(),
});
export type RoundTripReport = z.infer<typeof RoundTripReport>;

export const RoundTripResult = z.object({ dataset: DatasetResult, report: RoundTripReport });
export type RoundTripResult = z.infer<typeof RoundTripResult>;
