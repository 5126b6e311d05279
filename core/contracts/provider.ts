import type { ArtifactStore } from './artifact-store.ts';
import type { BatchApi } from './batch-api.ts';
import type { ChatReply, ChatRequest } from './chat.ts';
import { Fault } from './fault.ts';
import type { TextEncoder } from './model.ts';
import type { RateLimitHeaders } from './rate-limit.ts';

/** Why a request was not answered, where the same request may be answered later. */
export interface TransientFailure {
  /** As a predicate of the endpoint: `answered 503`. */
  what: string;
  /** What it said beside that, clipped and without secrets; absent: nothing. */
  said?: string | undefined;
  /** Status 429: nothing should be sent with this key for a while, not only this request. */
  rateLimited: boolean;
  /** Milliseconds that the endpoint asked to wait; absent: it named no time. */
  waitMs?: number | undefined;
}

/** How one attempt at a request ended. */
export type ChatOutcome = (
  | { reply: ChatReply }
  /** It was not sent: `admit` refused, or the endpoint has asked for a pause. */
  | { unsent: true }
  | { failure: TransientFailure }
) & { headers?: RateLimitHeaders | undefined };

export interface AttemptOptions {
  /**
   * Called once a slot in flight is free; resolves, as late as it likes, to whether the request is sent.
   * @param isHeld whether the endpoint has meanwhile asked this process for a pause that is not over.
   */
  admit: (isHeld: () => boolean) => Promise<boolean>;
  signal?: AbortSignal | undefined;
}

/** The OpenAI-compatible endpoint of a worker's profile: rate-limited, retried, its errors classified. */
export interface Provider {
  /** The profile's name. */
  readonly name: string;
  /** Requests in flight at once. */
  readonly concurrency: number;
  /**
   * One completion. An abort ends any wait at once; a request that is already sent, and so billed, gets most of a
   * worker's grace time to be answered.
   * @throws RequestRefused if this request can never be answered (too long, filtered).
   * @throws Fault `credentials` or `config` if no request can; `unavailable` if retries are used up or a wait is too
   *   long.
   */
  chat(request: ChatRequest, signal?: AbortSignal): Promise<ChatReply>;
  /**
   * One attempt at a completion, rate-limited by `admit` instead of by this process. Never waits for the endpoint and
   * never retries; while the endpoint has asked for a pause, nothing is sent.
   * @throws what `chat` throws, except `unavailable`.
   */
  attempt(request: ChatRequest, options: AttemptOptions): Promise<ChatOutcome>;
  /**
   * A hosted embedding model. Vectors are cached in the store by model and text, so that none is paid for twice.
   * Requests one vector at once (cached like any other) to learn the dimension.
   */
  embedder(
    model: string,
    options?: { store?: ArtifactStore | undefined; signal?: AbortSignal | undefined },
  ): Promise<TextEncoder>;
  readonly batchApi: BatchApi;
}

export type RefusalReason = 'context-length' | 'content-filter' | 'rejected';

/** The endpoint will not answer this request however often it is sent; it may answer others. */
export class RequestRefused extends Fault {
  readonly reason: RefusalReason;

  constructor(reason: RefusalReason, message: string, advice: string) {
    super('input', message, advice);
    this.reason = reason;
  }
}
