import type { IncomingHttpHeaders } from 'node:http';
import type { AnswerShape } from './answer.ts';
import type { BatchOptions } from './batches.ts';
import type { Injected } from './injected.ts';
import type { LimitOptions } from './limits.ts';
import type { Price } from './stats.ts';

/** A request as it arrived, or a line of a batch. */
export interface Incoming {
  method: string;
  path: string;
  /** 0-based, over all endpoints; of a line: its index in the batch. */
  index: number;
  model: string;
  /** The last user message, or the inputs joined by newlines. */
  text: string;
  /** The first user message, which has the passage in a second request too. */
  first: string;
  structured: boolean;
  /** The parsed body; empty where it is no JSON. */
  // biome-ignore lint/suspicious/noExplicitAny: a request body is whatever the client sent.
  body: Record<string, any>;
  headers: IncomingHttpHeaders;
  query: URLSearchParams;
  /** Hash of messages or inputs and model: equal for equal prompts. */
  prompt: string;
  /** Number of earlier requests with the same prompt. */
  earlierRequests: number;
  /** Whether it is a line of a batch. */
  inBatch: boolean;
}

export interface ProviderOptions extends LimitOptions {
  /** Default: any free port. */
  port?: number;
  /** The only accepted key; default: any key is accepted. */
  apiKey?: string | undefined;
  /** Known models; default: any. */
  models?: readonly string[];
  /** Clock for limits and batches, milliseconds since the epoch; default: the machine's clock. */
  now?: () => number;
  /** Milliseconds that an answer takes; default 0. */
  latencyMs?: number;
  /** Whether `response_format: json_schema` is supported; default true. */
  structured?: boolean;
  /** Whether answers state their usage; default true. */
  usage?: boolean;
  /** Form of answers that are not structured; default `numbered`. */
  shape?: AnswerShape;
  /** Maximum tokens of a prompt; default: no limit. */
  contextTokens?: number;
  /** The content filter rejects prompts that contain this word. Default: no filter. */
  filteredWord?: string;
  /** Maximum inputs of an embeddings request; default 2,048. */
  batchInputs?: number;
  /** Width of embeddings; default 256. */
  dimension?: number;
  /** Counts tokens as OpenAI does (`o200k_base`); default: an approximation that is faster. */
  exactTokens?: boolean;
  /** Price of each model; default: that of gpt-4o-mini. */
  prices?: Readonly<Record<string, Price>>;
  /** Number of newest prompts that `stats.prompts` keeps at least; default 1,000. */
  keptPrompts?: number;
  /** Returns the fault to inject into a request, if any; see `shareOfFaults` for seeded shares. */
  inject?: ((request: Incoming) => Injected | undefined) | undefined;
  /** Options of the Batch API; false: there is none, as in most servers. */
  batches?: BatchOptions | false;
}
