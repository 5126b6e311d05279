import type { StageProgress } from '../../core/contracts/progress.ts';
import type { WireError } from '../../core/encoder/process/wire-error.ts';
import type { StepContext } from '../runtime/context.ts';
import type { StepName } from './steps.ts';

/** What a thread gets by other means: the store by its URI, the others by messages; steps do not measure. */
type Live = 'store' | 'signal' | 'progress' | 'remember' | 'measure';

/** The part of a step's context that can be copied to a thread. */
export type PlainContext = Omit<StepContext, Live> & { storeUri: string };

/** To the thread. It runs one step at a time. */
export type Request =
  | { readonly type: 'run'; readonly step: StepName; readonly context: PlainContext; readonly input: unknown }
  | { readonly type: 'abort'; readonly reason: WireError };

/** From the thread. */
export type Reply =
  | { readonly type: 'progress'; readonly progress: StageProgress }
  | { readonly type: 'remember'; readonly value: unknown }
  /** The step knows that it has been aborted, and ends as soon as it can. */
  | { readonly type: 'aborting' }
  | { readonly type: 'done'; readonly output: unknown }
  | { readonly type: 'failed'; readonly error: WireError };
