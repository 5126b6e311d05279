import type { Measured } from '../../core/contracts/metrics.ts';
import type { StageProgress } from '../../core/contracts/progress.ts';
import type { FinishedSpan } from '../../core/contracts/tracing.ts';
import type { WireError } from '../../core/encoder/process/wire-error.ts';
import type { StepContext } from '../runtime/context.ts';
import type { StepName } from './steps.ts';

/** Of a type without functions: what can be copied to a thread. */
type Plain<T> = { [K in keyof T]: T[K] extends (...args: never) => unknown ? never : T[K] };

/** The part of a step's context that is copied to a thread, which opens the store by its URI. */
export type PlainContext = Plain<
  Omit<StepContext, 'store' | 'signal' | 'progress' | 'remember' | 'measure' | 'recordSpan' | 'signingKey'>
> & {
  storeUri: string;
};

/** To the thread. It runs one step at a time. */
export type Request =
  | { readonly type: 'run'; readonly step: StepName; readonly context: PlainContext; readonly input: unknown }
  | { readonly type: 'abort'; readonly reason: WireError };

/** From the thread. */
export type Reply =
  | { readonly type: 'progress'; readonly progress: StageProgress }
  | { readonly type: 'remember'; readonly value: unknown }
  | { readonly type: 'span'; readonly span: FinishedSpan }
  | { readonly type: 'measured'; readonly values: readonly Measured[] }
  /** The step knows that it has been aborted, and ends as soon as it can. */
  | { readonly type: 'aborting' }
  | { readonly type: 'done'; readonly output: unknown }
  | { readonly type: 'failed'; readonly error: WireError };
