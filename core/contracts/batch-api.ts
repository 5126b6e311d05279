import type { ChatReply, ChatRequest } from './chat.ts';

/** What a request through the Batch API costs of the usual price (OpenAI's guide, "Batch API"). */
export const BATCH_API_PRICE_SHARE = 0.5;

/** A Batch API job as its endpoint reports it. */
export interface BatchJob {
  /** The endpoint's id. */
  id: string;
  /** It is completed, failed, expired or cancelled, and brings no further answers. */
  ended: boolean;
  /** The endpoint's own word: `in_progress`, `expired`. */
  status: string;
  answered: number;
  failed: number;
  total: number;
  /** End of its window, in milliseconds since the epoch; absent where the endpoint does not say. */
  expiresAt?: number;
  /** Why the endpoint refused the job as a whole. */
  refusedFor: string[];
  /** It was refused because too much was enqueued already; it may be taken later. */
  queueFull: boolean;
  /** Ids of the files with its results. */
  files: string[];
  /** Id of the file with its requests; absent where the endpoint does not say. */
  inputFile?: string;
}

/** The result of one line of a job, under the key it was sent with: an answer, or why there is none. */
export type BatchLine = { key: string } & ({ reply: ChatReply } | { problem: string });

/** An endpoint's Batch API: requests in a file, answered within a day at half the price. */
export interface BatchApi {
  /** False where the endpoint has none. */
  offered(signal?: AbortSignal): Promise<boolean>;
  /** A request as a line of the file to send. */
  line(key: string, request: ChatRequest): string;
  /**
   * Uploads a file and creates a job for it. Before every attempt it looks for a job with this label, so that a
   * response lost on the way does not make a second job.
   * @throws Fault as `Provider.chat` does.
   */
  create(job: NewBatchJob, signal?: AbortSignal): Promise<BatchJob>;
  /** The job with this label, if one was created since (milliseconds since the epoch). */
  find(label: string, since: number, signal?: AbortSignal): Promise<BatchJob | undefined>;
  /** Undefined if the endpoint does not know the job any more. */
  get(id: string, signal?: AbortSignal): Promise<BatchJob | undefined>;
  /** Cancels a job; its answers so far stay. Does nothing if the job has ended or is not known. */
  cancel(id: string, signal?: AbortSignal): Promise<void>;
  /**
   * Every line of a job's results, the answered ones first, read as a stream.
   * @throws Fault `credentials` or `config` for a line which says that no request can be answered.
   */
  results(job: BatchJob, model: string, signal?: AbortSignal): AsyncIterable<BatchLine>;
}

export interface NewBatchJob {
  /** What the job is found by; at most 512 characters. */
  label: string;
  /** Milliseconds since the epoch: no job with this label was created before. */
  since: number;
  model: string;
  /** Path of the file. */
  file: string;
  /** Called right before the job is created; throws if it must not be any more. */
  confirm: () => Promise<void>;
}
