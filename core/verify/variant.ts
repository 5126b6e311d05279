import type { Pooling } from '../encoder/forward/pooling.ts';
import type { Sample } from './samples.ts';

/** A way to make vectors of texts: that of the model, or one with something done otherwise. */
export interface Variant {
  /** The base model instead of the tuned one. */
  readonly base: boolean;
  readonly pooling: Pooling;
  readonly withoutDense: boolean;
  readonly withoutAdapter: boolean;
  readonly lowerCase: boolean;
  readonly specialTokens: boolean;
  /** Tokens to which texts are truncated, special tokens included. */
  readonly maxLength: number;
  /** What is put before texts. */
  readonly prompts: Readonly<Record<Sample['as'], string>>;
  /** What is done to a text with its prompt before it is tokenized. */
  readonly rewrite: Rewrite;
  /** The first numbers of a vector alone; undefined: all. */
  readonly dimensions: number | undefined;
}

/** Changes that servers make to texts. */
export const REWRITES = {
  none: (text) => text,
  'lower-cased': (text) => text.toLowerCase(),
  trimmed: (text) => text.trim(),
  'with single spaces': (text) => text.replace(/\s+/g, ' '),
  'read as Latin-1': (text) => Buffer.from(text, 'utf8').toString('latin1'),
  'without characters beyond ASCII': (text) => text.replace(/[^\p{ASCII}]/gu, ''),
} as const satisfies Record<string, (text: string) => string>;
export type Rewrite = keyof typeof REWRITES;

/** The text that is tokenized. */
export function inputOf({ text, as }: Sample, { prompts, rewrite }: Variant): string {
  return REWRITES[rewrite](prompts[as] + text);
}
