import { AsyncResource } from 'node:async_hooks';
import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import { Fault } from '../../core/contracts/fault.ts';
import type { Measure, Measured, MetricName } from '../../core/contracts/metrics.ts';
import { fromWire, MORE_MEMORY, toWire } from '../../core/encoder/process/wire-error.ts';
import type { StepContext } from '../runtime/context.ts';
import type { PlainContext, Reply, Request } from './messages.ts';
import type { StepInput, StepName, StepOutput } from './steps.ts';

const ENTRY = new URL(`./step-thread${extname(import.meta.url)}`, import.meta.url);

/** A thread is kept for the next step for so long: loading the code takes it half a second. */
const IDLE_MS = 30_000;
/** A thread that does not take note of an abort within this time computes without a pause, and is ended. */
const ABORT_MS = 5_000;

const idle = new Set<StepThread>();

/**
 * A step that runs in a thread of its own, so that it cannot hold the event loop of the worker, however long it
 * computes. An abort reaches the step through its signal; a thread that does not react is ended.
 * @throws as the step; Fault `exhausted` if the thread runs out of memory.
 */
export function inThread<N extends StepName>(
  name: N,
): (context: StepContext, input: StepInput<N>) => Promise<StepOutput<N>> {
  return async (context, input) => {
    context.signal.throwIfAborted();
    const [kept] = idle;
    const thread = kept ?? new StepThread();
    idle.delete(thread);
    return (await thread.run(name, context, input)) as StepOutput<N>;
  };
}

interface Job extends Pick<StepContext, 'progress' | 'remember' | 'measure' | 'recordSpan'> {
  readonly resolve: (output: unknown) => void;
  readonly reject: (error: unknown) => void;
  /** Runs while an abort has not been noted. */
  deadline?: NodeJS.Timeout;
}

class StepThread {
  readonly #worker = new Worker(ENTRY);
  #job: Job | undefined;
  #idleTimer: NodeJS.Timeout | undefined;

  constructor() {
    this.#worker.on('message', (reply: Reply) => this.#onReply(reply));
    this.#worker.on('messageerror', (error) => this.#end(error));
    this.#worker.on('error', (error) => this.#end(crashed(error)));
    this.#worker.on('exit', (code) => this.#end(new Error(`the thread of a step ended with code ${code}`)));
  }

  async run(
    step: StepName,
    { store, signal, progress, remember, measure, recordSpan: record, signingKey: _, ...plain }: StepContext,
    input: unknown,
  ) {
    clearTimeout(this.#idleTimer);
    this.#worker.ref();
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();
    // Messages of the thread come outside of the step's span.
    const recordSpan = AsyncResource.bind(record);
    this.#job = { progress, remember, measure, recordSpan, resolve, reject };
    const onAbort = () => this.#abort(signal);
    signal.addEventListener('abort', onAbort, { once: true });
    try {
      const context: PlainContext = { ...plain, storeUri: store.uri };
      this.#post({ type: 'run', step, context, input });
    } catch (error) {
      // Something in the context or the input cannot be copied to a thread.
      this.#rest();
      reject(error);
    }
    try {
      return await promise;
    } finally {
      signal.removeEventListener('abort', onAbort);
    }
  }

  #abort({ reason }: AbortSignal): void {
    if (!this.#job) return;
    this.#post({ type: 'abort', reason: toWire(reason) });
    this.#job.deadline = setTimeout(() => {
      this.#end(reason);
      void this.#worker.terminate();
    }, ABORT_MS);
  }

  #onReply(reply: Reply): void {
    const job = this.#job;
    if (!job) return;
    if (reply.type === 'progress') job.progress(reply.progress);
    else if (reply.type === 'remember') job.remember(reply.value);
    else if (reply.type === 'span') job.recordSpan(reply.span);
    else if (reply.type === 'measured') for (const one of reply.values) record(job.measure, one);
    else if (reply.type === 'aborting') clearTimeout(job.deadline);
    else {
      this.#rest();
      if (reply.type === 'done') job.resolve(reply.output);
      else job.reject(fromWire(reply.error));
    }
  }

  /** Waits for the next step. An idle thread does not keep the process alive. */
  #rest(): void {
    clearTimeout(this.#job?.deadline);
    this.#job = undefined;
    this.#worker.unref();
    idle.add(this);
    this.#idleTimer = setTimeout(() => {
      idle.delete(this);
      void this.#worker.terminate();
    }, IDLE_MS).unref();
  }

  /** The thread is gone, or about to be. */
  #end(error: unknown): void {
    idle.delete(this);
    clearTimeout(this.#idleTimer);
    clearTimeout(this.#job?.deadline);
    this.#job?.reject(error);
    this.#job = undefined;
  }

  #post(request: Request): void {
    this.#worker.postMessage(request);
  }
}

/** The labels fit the name, as the thread got both from one call. */
function record(measure: Measure, { name, value, labels }: Measured): void {
  (measure as (name: MetricName, value: number, labels?: Measured['labels']) => void)(name, value, labels);
}

function crashed(error: unknown): unknown {
  if ((error as NodeJS.ErrnoException).code !== 'ERR_WORKER_OUT_OF_MEMORY') return error;
  return new Fault('exhausted', 'Memory ran out in a step that computes.', MORE_MEMORY, { cause: error });
}
