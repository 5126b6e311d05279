import type { Spending } from './spending.ts';

/** A Batch API job to wait for, whichever run submitted it. */
export interface SubmittedJob {
  label: string;
  /** Requests in it. */
  lines: number;
}

/** The jobs to wait for, and what earlier jobs brought meanwhile. */
export interface SubmittedJobs {
  jobs: SubmittedJob[];
  received: ReceivedAnswers;
  /** More can be sent once the answers to these show what answers cost. */
  isFirstPart: boolean;
}

/** How far several jobs are, taken together. */
export interface JobsProgress {
  done: number;
  total: number;
  /** All of them have ended. */
  ended: boolean;
  /** End of the last of their windows, in milliseconds since the epoch; absent where it is not known. */
  expiresAt?: number;
}

/** What was received from jobs that ended. */
export interface ReceivedAnswers {
  /** Answers, all of them in the ledger now; those that other runs pay for included. */
  answered: number;
  /** What this run pays for; see the invariant in spending.ts. */
  spending: Spending;
  /** Reason -> lines without an answer. */
  problems: Record<string, number>;
  /** A job was refused because too much was enqueued: it may be sent again once others have ended. */
  queueFull: boolean;
}
