import { z } from 'zod';

/** Where a run may be told to wait for a person: before training is paid for, and before a model is promoted. */
export const GATES = ['questions', 'promotion'] as const;
export type Gate = (typeof GATES)[number];

/** What keeps a run from going on until somebody lets it. */
export const Hold = z.object({
  /** `pausing`: the step at work has been asked to stop; `approval`: the run waits at a gate. */
  state: z.enum(['pausing', 'paused', 'approval']),
  /** The gate it waits at. */
  gate: z.enum(GATES).optional(),
  /** What a person should know before deciding, as a phrase. */
  note: z.string().optional(),
});
export type Hold = z.infer<typeof Hold>;

/** What `approve` takes; without `reject` it lets the run through. */
export const Approval = z.strictObject({
  /** Default: the gate at which the run waits. */
  gate: z.enum(GATES).optional(),
  /** Why not; the run then ends, or ends without promoting its model. */
  reject: z.string().trim().min(1).max(2000).optional(),
});
export type Approval = z.infer<typeof Approval>;

/** What a run answers to `pause`, `resume`, `cancel` and `approve`. */
export const ControlAnswer = z.object({
  /** `asked`: it has been told, and will do so as soon as a worker hears of it. */
  state: z.enum(['running', 'pausing', 'paused', 'cancelling', 'asked']),
  /** The same as a sentence. */
  said: z.string(),
});
export type ControlAnswer = z.infer<typeof ControlAnswer>;

/** What a hold means and what ends it, in a line. */
export function holdInWords({ state, gate, note }: Hold, workflowId: string): string {
  switch (state) {
    case 'pausing':
      return 'Pausing: the step at work stops at its next safe point.';
    case 'paused':
      return `Paused. Go on: hone resume ${workflowId}`;
    case 'approval': {
      const look = gate === 'questions' ? ` · look: hone show ${workflowId} --questions` : '';
      return `Waiting for approval of the ${gate}${note ? ` (${note})` : ''}: hone approve ${workflowId}${look}`;
    }
  }
}
