import { parentPort } from 'node:worker_threads';
import { measuredStore } from '../../core/artifacts/measured-store.ts';
import { openStore } from '../../core/artifacts/open-store.ts';
import type { ArtifactStore } from '../../core/contracts/artifact-store.ts';
import type { Measure, Measured } from '../../core/contracts/metrics.ts';
import type { StageProgress } from '../../core/contracts/progress.ts';
import { fromWire, toWire } from '../../core/encoder/process/wire-error.ts';
import type { StepContext } from '../runtime/context.ts';
import type { Reply, Request } from './messages.ts';
import { STEPS } from './steps.ts';

/*
 * Entry point of the threads of `inThread`.
 */

/** Some steps report every document of a million, and read as many entries of the store. */
const REPORT_EVERY_MS = 100;

const stores = new Map<string, Promise<ArtifactStore>>();
let abort: AbortController | undefined;
/** Of the step that runs. */
let reporter: Reporter | undefined;

parentPort?.on('message', (request: Request) => {
  if (request.type === 'run') return void run(request);
  abort?.abort(fromWire(request.reason));
  send({ type: 'aborting' });
});

async function run({ step, context, input }: Extract<Request, { type: 'run' }>): Promise<void> {
  const controller = new AbortController();
  abort = controller;
  const current = new Reporter();
  reporter = current;
  try {
    const { storeUri, ...plain } = context;
    const measure: Measure = (name, value, ...[labels]) => current.measured({ name, value, labels });
    const work = (await STEPS[step]()) as (context: StepContext, input: unknown) => Promise<unknown>;
    const output = await work(
      {
        ...plain,
        store: measuredStore(await storeAt(storeUri), measure),
        measure,
        recordSpan: (span) => send({ type: 'span', span }),
        signal: controller.signal,
        progress: (progress) => current.progress(progress),
        remember: (value) => send({ type: 'remember', value }),
      },
      input,
    );
    current.flush();
    send({ type: 'done', output });
  } catch (error) {
    current.flush();
    const { aborted, reason } = controller.signal;
    send({ type: 'failed', error: toWire(aborted ? reason : error) });
  } finally {
    abort = undefined;
    reporter = undefined;
  }
}

/** A store that could not be opened is opened again by the next step. */
function storeAt(uri: string): Promise<ArtifactStore> {
  const onRetry = (operation: string) =>
    reporter?.measured({ name: 'hone_store_retries', value: 1, labels: { operation } });
  const opening = stores.get(uri) ?? openStore(uri, { onRetry });
  stores.set(uri, opening);
  opening.catch(() => stores.delete(uri));
  return opening;
}

/** Sends the newest progress, and all that was measured, every now and then. */
class Reporter {
  #sentAt = Number.NEGATIVE_INFINITY;
  #progress: StageProgress | undefined;
  #values: Measured[] = [];

  progress(progress: StageProgress): void {
    this.#progress = progress;
    this.#flushIfDue();
  }

  measured(value: Measured): void {
    this.#values.push(value);
    this.#flushIfDue();
  }

  flush(): void {
    if (this.#progress) send({ type: 'progress', progress: this.#progress });
    if (this.#values.length > 0) send({ type: 'measured', values: this.#values });
    this.#progress = undefined;
    this.#values = [];
    this.#sentAt = performance.now();
  }

  #flushIfDue(): void {
    if (performance.now() - this.#sentAt >= REPORT_EVERY_MS) this.flush();
  }
}

function send(reply: Reply): void {
  parentPort?.postMessage(reply);
}
