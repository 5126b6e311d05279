import { z } from 'zod';

/** Approval gates, where a run can wait for a person: before training starts, and before a model is promoted. */
export const GATES = ['questions', 'promotion'] as const;
export type Gate = (typeof GATES)[number];

/** Why a run does not continue until a person acts. */
export const Hold = z.object({
  /**
   * `pausing`: the current step has been asked to stop. `paused`: it has stopped. `approval`: the run waits at a gate.
   */
  state: z.enum(['pausing', 'paused', 'approval']),
  /** The gate at which the run waits. */
  gate: z.enum(GATES).optional(),
  /** What the person decides on, as a phrase: `336 of them`. */
  note: z.string().optional(),
});
export type Hold = z.infer<typeof Hold>;

/** Argument of `approve`. Without `reject` the run continues. */
export const Approval = z.strictObject({
  /** Default: the gate at which the run waits. */
  gate: z.enum(GATES).optional(),
  /** Reason for a rejection: the run then fails (`questions`) or ends without promoting its model (`promotion`). */
  reject: z.string().trim().min(1).max(2000).optional(),
});
export type Approval = z.infer<typeof Approval>;

/** What a run answers to `pause`, `resume`, `cancel` and `approve`. */
export const ControlAnswer = z.object({
  /** `requested`: the request was delivered, and takes effect as soon as a worker processes it. */
  state: z.enum(['running', 'pausing', 'paused', 'cancelling', 'requested']),
  /** The same as a sentence. */
  message: z.string(),
});
export type ControlAnswer = z.infer<typeof ControlAnswer>;
