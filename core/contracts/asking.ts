import type { ArtifactRef } from './artifact.ts';
import type { Failures, QuarantinedChunk, RefusedChunks } from './quarantine.ts';
import type { Lease, LeaseReport, Limits } from './rate-limit.ts';
import type { Spending } from './spending.ts';

/** Positions in the list of open chunks, from the first up to, but without, the second. */
export type Range = [from: number, to: number];

/** A chunk that went unanswered: its position, how often, and how many answers the run had when it first did. */
export type UnansweredChunk = [at: number, tries: number, answers: number];

/** Chunks that a language model still has to be asked about. */
export interface OpenChunks {
  /** The list, stored in parts. */
  list: ArtifactRef;
  open: number;
  /** All chunks, open or not; equal ones count once. */
  total: number;
  /** Estimated tokens of one request about each open chunk, answers included. */
  tokens: number;
  /** US dollars for the same; absent where the profile names no price. */
  cost?: number | undefined;
  /** Name of the recording that the run uses (`questions.ledger`). */
  recording?: string | undefined;
  /** US dollars of the most expensive answer in the ledger about these chunks; 0: none has a price. */
  maxCost?: number | undefined;
  /** Answers in the ledger that others paid for. */
  replayed: number;
  /** Chunks that the ledger's answers leave without a question. */
  failures: Failures;
  /** The limits that the worker's profile names. */
  limits: Limits;
}

/** Open chunks to ask about under one lease. */
export interface LeasedChunks {
  list: ArtifactRef;
  /** See `OpenChunks`. */
  recording?: string | undefined;
  /** The run that pays; see `LedgerEntry.paid`. */
  run: string;
  ranges: Range[];
  lease: Lease;
  /** Billed tokens for an estimated one, as far as known. */
  calibration: number;
  /** Earlier leased chunks with these were lost: answers that this run paid for then are not counted yet. */
  recovering: boolean;
}

/** What asking about leased chunks brought. */
export interface LeasedChunksResult {
  /** Of these requests; see the invariant in spending.ts. */
  spending: Spending;
  /** Chunks that need no more asking, failed ones included. */
  done: number;
  /** US dollars of the most expensive answer. */
  maxCost: number;
  /** To be asked again, as the lease ended before their turn. */
  unsent: Range[];
  /** To be asked again, as the endpoint did not answer; `throttled`: as the only request of its lease, with a 429. */
  unanswered: (QuarantinedChunk & { at: number; throttled?: true })[];
  /** Chunks that end without a question. */
  failures: Failures;
  /** Those among them that the endpoint refused to answer about: the ledger has nothing on them. */
  refused: QuarantinedChunk[];
  /** Estimated tokens of the answers paid for, for the calibration. */
  estimatedTokens: number;
  /** Milliseconds from request to answer, over all of them. */
  answerMs: number;
  report: LeaseReport;
  /** Milliseconds of work. The activity's time beyond that was spent waiting for a worker. */
  tookMs: number;
}

/** What a run knows after asking that the ledger does not. */
export interface AskedSoFar {
  /** See `OpenChunks`. */
  recording?: string | undefined;
  /** Seconds of asking, waits included. */
  seconds: number;
  /** Chunks on which the ledger has nothing, as the endpoint refused or did not answer. */
  refused: RefusedChunks;
  stoppedAtBudget: boolean;
}
