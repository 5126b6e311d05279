import type { TokenUsage } from './chat.ts';

/** What a request asks an endpoint for; `batch`: anything about Batch API jobs and their files. */
export type RequestOperation = 'chat' | 'embeddings' | 'batch';

/**
 * How a request ended. `limited`: status 429. `failed`: in a way that may pass. `refused`: it is not answered as it is.
 * `stopped`: its step was told to stop.
 */
export type RequestOutcome = 'answered' | 'limited' | 'failed' | 'refused' | 'stopped';

/** Tokens of an answer, and its cost in US dollars where the profile names a price. */
export interface Billed {
  readonly usage: TokenUsage;
  readonly cost?: number | undefined;
}

/** A request to the endpoint of a profile. */
export interface SentRequest {
  readonly profile: string;
  readonly model: string;
  readonly operation: RequestOperation;
  /** Host, and port if there is one, of the endpoint. */
  readonly host: string;
}

/** Told of the requests of a profile, for metrics and traces. It learns no text of requests and answers, and no key. */
export interface RequestObserver {
  /** A request is sent. @returns what is called once it is over. */
  sent(request: SentRequest): (outcome: RequestOutcome, billed?: Billed) => void;
  /** An answer of a Batch API job was read from its file. */
  received(request: SentRequest, billed: Billed): void;
}

export const UNOBSERVED: RequestObserver = { sent: () => () => {}, received: () => {} };
