import type { Figures } from './asking.ts';

/** What a request in a batch costs of the usual price (OpenAI's guide, "Batch API"). */
export const BATCH_SHARE = 0.5;

/** A batch to wait for, whoever sent it. */
export interface SubmittedBatch {
  label: string;
  lines: number;
}

/** What there is to wait for, and what earlier batches have brought meanwhile. */
export interface SubmittedBatches {
  batches: SubmittedBatch[];
  received: ReceivedBatches;
}

/** How far batches are, all together. */
export interface BatchProgress {
  done: number;
  total: number;
  /** None of them will come to anything more. */
  ended: boolean;
  /** Milliseconds since the epoch: when the last of their windows ends, as far as it is known. */
  expiresAt?: number;
}

/** What batches came to. */
export interface ReceivedBatches {
  /** Answers that came back; all are in the ledger now. */
  answered: number;
  /** Those of them that this run pays for. */
  bought: Figures;
  /** Why lines went without an answer, and how many did. */
  problems: Record<string, number>;
  /** A batch was not taken because too much was enqueued: it may be sent again once others have ended. */
  queueFull: boolean;
}
