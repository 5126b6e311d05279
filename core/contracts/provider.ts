import type { ArtifactStore } from './artifact-store.ts';
import type { BatchApi } from './batch-api.ts';
import type { ChatReply, ChatRequest } from './chat.ts';
import { Fault } from './fault.ts';
import type { TextEncoder } from './model.ts';
import type { RateLimitHeaders } from './rate-limit.ts';

/** How one try of a request ended. */
export type ChatOutcome = (
  | { reply: ChatReply }
  /** Not sent: it was not let in. */
  | { unsent: true }
  /** Not answered, which may pass: why, and for how long the endpoint asked to be left alone. */
  | { passing: string; throttled: boolean; waitMs?: number }
) & {
  /** What the response's headers said of the limits. */
  said?: { requests: RateLimitHeaders; tokens: RateLimitHeaders };
};

export interface AttemptOptions {
  /** @param isHeld whether the endpoint has meanwhile asked this process for a pause, which is not over. */
  admit: (isHeld: () => boolean) => Promise<boolean>;
  signal?: AbortSignal | undefined;
}

/** An OpenAI-compatible endpoint behind a worker's profile: paced, retried, its errors sorted. */
export interface Provider {
  /** The profile's name. */
  readonly name: string;
  /** Requests worth having in flight at once. */
  readonly concurrency: number;
  /**
   * One completion. An abort ends waiting at once; a request that is already out (and will be billed) gets a few
   * seconds to come home.
   * @throws RequestRefused when this very request can never be answered (too long, filtered).
   * @throws Fault `credentials` or `config` when no request can; `unavailable` when a wait is too long to sit out.
   */
  chat(request: ChatRequest, signal?: AbortSignal): Promise<ChatReply>;
  /**
   * One try, at a rate that somebody else holds: as soon as a place in flight is free `admit` decides, which may take its
   * time, whether it is sent. Never waits for the endpoint and never tries again;
   * while it has asked for a pause, nothing is sent.
   * @throws what `chat` throws, but for `unavailable`.
   */
  attempt(request: ChatRequest, options: AttemptOptions): Promise<ChatOutcome>;
  /**
   * A hosted embedding model. Vectors are kept in the store by model and text, so that none is paid for twice.
   * Asks for one vector at once (cached like any other) to learn the dimension.
   */
  embedder(model: string, options?: { store?: ArtifactStore; signal?: AbortSignal }): Promise<TextEncoder>;
  readonly batches: BatchApi;
}

export type RefusalReason = 'context-length' | 'content-filter' | 'rejected';

/** The endpoint will not answer this request however often it is asked; others may well be answered. */
export class RequestRefused extends Fault {
  readonly reason: RefusalReason;

  constructor(reason: RefusalReason, message: string, advice: string) {
    super('input', message, advice);
    this.reason = reason;
  }
}
