import type { ChatReply, ChatRequest } from './chat.ts';

/** Where a batch stands at its endpoint. */
export interface BatchState {
  /** The endpoint's name for it. */
  id: string;
  /** Nothing more will come of it: completed, failed, expired or cancelled. */
  ended: boolean;
  /** The endpoint's own word: `in_progress`, `expired`. */
  status: string;
  answered: number;
  failed: number;
  total: number;
  /** Milliseconds since the epoch, when its window ends; undefined where the endpoint does not say. */
  expiresAt?: number;
  /** Why the endpoint would not take it at all. */
  refusedFor: string[];
  /** It was refused because too much was enqueued already: it may be taken later. */
  queueFull: boolean;
  files: string[];
}

/** What came back of one line, under the key it was sent with: an answer, or why there is none. */
export type BatchAnswer = { key: string } & ({ reply: ChatReply } | { problem: string });

/** An endpoint's Batch API: requests in a file, answered within a day at half the price. */
export interface BatchApi {
  /** False where the endpoint has none. */
  offered(signal?: AbortSignal): Promise<boolean>;
  /** A request as a line of the file that is sent. */
  line(key: string, request: ChatRequest): string;
  /**
   * Sends a file and has it worked through. Before every attempt it is looked whether a batch with this label is there
   * already, so that an answer lost on the way is not paid for twice.
   * @param confirm called right before the batch is made; throws if it should not be any more.
   * @throws Fault as `Provider.chat` does.
   */
  create(batch: NewBatch, signal?: AbortSignal): Promise<BatchState>;
  /** The batch with this label, if one was made since. */
  find(label: string, since: number, signal?: AbortSignal): Promise<BatchState | undefined>;
  /** Undefined where the endpoint knows it no longer. */
  look(id: string, signal?: AbortSignal): Promise<BatchState | undefined>;
  /** Asks that nothing more be worked on; what is done stays. One that has ended, or is not known, is left alone. */
  cancel(id: string, signal?: AbortSignal): Promise<void>;
  /**
   * Every line that came back, the answered ones first, read as a stream.
   * @throws Fault `credentials` or `config` for a line that says no request can be answered.
   */
  answers(batch: BatchState, model: string, signal?: AbortSignal): AsyncIterable<BatchAnswer>;
}

export interface NewBatch {
  /** At most 512 characters; what the batch is found by. */
  label: string;
  /** Milliseconds since the epoch: no batch with this label was made before. */
  since: number;
  model: string;
  /** Path of the file. */
  file: string;
  confirm: () => Promise<void>;
}
