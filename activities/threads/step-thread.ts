import { parentPort } from 'node:worker_threads';
import { openStore } from '../../core/artifacts/open-store.ts';
import type { ArtifactStore } from '../../core/contracts/artifact-store.ts';
import type { StageProgress } from '../../core/contracts/progress.ts';
import { fromWire, toWire } from '../../core/encoder/process/wire-error.ts';
import type { StepContext } from '../runtime/context.ts';
import type { Reply, Request } from './messages.ts';
import { STEPS } from './steps.ts';

/*
 * Entry point of the threads of `inThread`.
 */

/** Some steps report every document of a million; a heartbeat a second is all that is made of it. */
const PROGRESS_EVERY_MS = 100;

const stores = new Map<string, Promise<ArtifactStore>>();
let abort: AbortController | undefined;

parentPort?.on('message', (request: Request) => {
  if (request.type === 'run') return void run(request);
  abort?.abort(fromWire(request.reason));
  send({ type: 'aborting' });
});

async function run({ step, context, input }: Extract<Request, { type: 'run' }>): Promise<void> {
  abort = new AbortController();
  const reporter = new ProgressReporter();
  try {
    const { storeUri, ...plain } = context;
    const work = (await STEPS[step]()) as (context: StepContext, input: unknown) => Promise<unknown>;
    const output = await work(
      {
        ...plain,
        store: await storeAt(storeUri),
        signal: abort.signal,
        measure: () => {},
        progress: (progress) => reporter.report(progress),
        remember: (value) => send({ type: 'remember', value }),
      },
      input,
    );
    reporter.flush();
    send({ type: 'done', output });
  } catch (error) {
    reporter.flush();
    send({ type: 'failed', error: toWire(error) });
  } finally {
    abort = undefined;
  }
}

/** A store that could not be opened is opened again by the next step. */
function storeAt(uri: string): Promise<ArtifactStore> {
  const opening = stores.get(uri) ?? openStore(uri);
  stores.set(uri, opening);
  opening.catch(() => stores.delete(uri));
  return opening;
}

/** Sends the newest progress, but not every one. */
class ProgressReporter {
  #sentAt = Number.NEGATIVE_INFINITY;
  #waiting: StageProgress | undefined;

  report(progress: StageProgress): void {
    this.#waiting = progress;
    if (performance.now() - this.#sentAt >= PROGRESS_EVERY_MS) this.flush();
  }

  flush(): void {
    if (this.#waiting === undefined) return;
    send({ type: 'progress', progress: this.#waiting });
    this.#waiting = undefined;
    this.#sentAt = performance.now();
  }
}

function send(reply: Reply): void {
  parentPort?.postMessage(reply);
}
