import type { ArtifactRef } from './artifact.ts';
import type { Lease, LeaseReport, Limits } from './rate-limit.ts';

/** Places in the list of open chunks, from the first up to but without the second. */
export type Range = [from: number, to: number];

/** A chunk that ends without a question. */
export interface Quarantined {
  chunkId: string;
  path: string;
  reason: string;
}

/** Chunks that failed: a few by name, all by number and reason. */
export interface Failures {
  count: number;
  /** Reason -> chunks. */
  reasons: Record<string, number>;
  examples: Quarantined[];
}

/** What the ledger lacks. */
export interface OpenQuestions {
  /** Where the open chunks lie, in parts. */
  list: ArtifactRef;
  open: number;
  /** Chunks in all, equal ones counted once. */
  total: number;
  /** Tokens that asking once about every open chunk is taken to cost, answers included. */
  tokens: number;
  /** US dollars for the same; absent where the profile names no price. */
  cost?: number;
  /** Answers that the ledger held. */
  replayed: number;
  /** Chunks that the ledger's own answers leave without a question. */
  failures: Failures;
  /** What the worker's profile grants. */
  limits: Limits;
}

/** Some open chunks to be asked about under a lease. */
export interface BatchInput {
  list: ArtifactRef;
  ranges: Range[];
  lease: Lease;
  /** Counted tokens for an estimated one, as far as is known. */
  calibration: number;
  /** An earlier batch with these chunks was lost: what the ledger has of them by now was bought by this run. */
  recovering: boolean;
}

/** What answers came to. */
export interface Figures {
  /** Answers bought. */
  asked: number;
  promptTokens: number;
  completionTokens: number;
  /** US dollars; absent where the profile names no price. */
  cost?: number;
}

/** What a run has bought so far. */
export interface Bought extends Figures {
  /** Answers that came through the Batch API. */
  inBatches: number;
  /** Seconds it took, waiting included. */
  seconds: number;
}

export interface BatchResult extends Figures {
  /** Chunks that need no more asking, those that failed included. */
  done: number;
  /** US dollars of the maxCost answer. */
  maxCost: number;
  /** To be asked about again, as the lease ended before their turn. */
  unsent: Range[];
  /** To be asked about again, as the endpoint did not answer. */
  unanswered: (Quarantined & { at: number })[];
  /** Chunks that end without a question. */
  failures: Failures;
  /** Those among them of which the ledger knows nothing. */
  refused: Quarantined[];
  /** What the estimates said of the answers bought, to be held against what was counted. */
  estimatedTokens: number;
  report: LeaseReport;
  /** Milliseconds of work: what passed beyond them was waiting for a worker. */
  tookMs: number;
}

/** What the run knows at the end that the ledger does not. */
export interface AskedSoFar extends Figures {
  /** Those bought through the Batch API. */
  inBatches?: number;
  replayed: number;
  refused: Quarantined[];
  stoppedAtBudget: boolean;
  /** Seconds since asking began. */
  seconds: number;
}
