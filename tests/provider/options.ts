import type { AnswerShape } from './answer.ts';
import type { BatchOptions } from './batches.ts';
import type { Injected } from './injected.ts';
import type { LimitOptions } from './limits.ts';
import type { Price } from './stats.ts';

/** One request as it came (or one line of a batch), before anything was decided about it. */
export interface Incoming {
  method: string;
  path: string;
  /** 0-based, over all endpoints; of a line: its place in the batch. */
  index: number;
  model: string;
  /** The last user message, or the inputs one below the other. */
  text: string;
  /** The first user message, which holds the passage on a second try as well. */
  first: string;
  structured: boolean;
  /** Tells one prompt (messages and model) from another. */
  prompt: string;
  /** How often this very prompt had come before. */
  asked: number;
  /** Whether it is a line of a batch. */
  inBatch: boolean;
}

export interface ProviderOptions extends LimitOptions {
  /** Default: any free one. */
  port?: number;
  /** The only key that is let in; default: any. */
  apiKey?: string;
  /** Models it has; default: whatever is asked for. */
  models?: readonly string[];
  /** Milliseconds since the epoch, for limits and batches; default: the machine's clock. */
  now?: () => number;
  /** Time an answer takes; default 0 ms. */
  latencyMs?: number;
  /** Whether it knows `response_format: json_schema`; default yes. */
  structured?: boolean;
  /** Wording of answers that are not structured; default `numbered`. */
  shape?: AnswerShape;
  /** Longest prompt; default: any. */
  contextTokens?: number;
  /** Prompts with this word in them are refused by the content filter. */
  filteredWord?: string;
  /** Most inputs an embeddings request may have; default 2,048. */
  batchInputs?: number;
  /** Default 256. */
  dimension?: number;
  /** Count tokens as OpenAI does (`o200k_base`); default: roughly, at no cost. */
  exactTokens?: boolean;
  /** Dollars a million tokens by model; default for every model: gpt-4o-mini's. */
  prices?: Readonly<Record<string, Price>>;
  /** Prompts that `stats.prompts` holds at least, the newest ones; default 1,000. */
  keptPrompts?: number;
  /** What goes wrong with a request, if anything; see `shareOfFaults` for seeded shares. */
  inject?: (request: Incoming) => Injected | undefined;
  /** How its batches go; false: it has no Batch API, as most servers have none. */
  batches?: BatchOptions | false;
}
