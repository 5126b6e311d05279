import type { AnswerShape } from './answer.ts';

/** What may be done to one request instead of answering it, or to its answer. In a batch, what breaks a connection is a time-out. */
export type Injected =
  /** An error response; `body` replaces OpenAI's usual error object. */
  | { do: 'status'; status: number; headers?: Record<string, string>; body?: unknown }
  /** The connection is reset before anything is sent. */
  | { do: 'reset' }
  /** A 200 whose body breaks off in the middle: computed, and billed. */
  | { do: 'truncate' }
  /** A 200 that is not JSON. */
  | { do: 'garbage'; text?: string }
  /** The answer, this much later. */
  | { do: 'slow'; ms: number }
  /** No answer, ever. */
  | { do: 'hang' }
  /** The prompt is refused as longer than the model reads. */
  | { do: 'too-long' }
  /** The prompt is refused by the content filter. */
  | { do: 'filter' }
  /** A 200 withheld by the content filter: billed. */
  | { do: 'filter-answer' }
  /** A 200 in which the model declines (`message.refusal`): billed. */
  | { do: 'refuse' }
  /** An answer worded so, even where a schema was asked for. */
  | { do: 'shape'; shape: AnswerShape }
  /** An answer with this text. */
  | { do: 'say'; text: string };
