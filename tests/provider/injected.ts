import type { AnswerShape } from './answer.ts';

/**
 * A fault injected into a request or its answer. In a batch, a fault that breaks the connection becomes a time-out of
 * the line.
 */
export type Injected =
  /** An error response. Default `body`: OpenAI's error for the status. */
  | { do: 'status'; status: number; headers?: Record<string, string>; body?: unknown }
  /** The connection is reset before a response. */
  | { do: 'reset' }
  /** A 200 whose body breaks off half-way; computed and billed. */
  | { do: 'truncate' }
  /** A 200 with a body that is not JSON. */
  | { do: 'garbage'; text?: string }
  /** The answer after a delay of `ms` milliseconds. */
  | { do: 'slow'; ms: number }
  /** No response at all. */
  | { do: 'hang' }
  /** The prompt is rejected as longer than the model's context. */
  | { do: 'too-long' }
  /** The prompt is rejected by the content filter. */
  | { do: 'filter' }
  /** A 200 whose answer the content filter withholds; billed. */
  | { do: 'filter-answer' }
  /** A 200 in which the model refuses (`message.refusal`); billed. */
  | { do: 'refuse' }
  /** An answer in this form, even if a schema was requested. */
  | { do: 'shape'; shape: AnswerShape }
  /** An answer with this text. */
  | { do: 'say'; text: string };
