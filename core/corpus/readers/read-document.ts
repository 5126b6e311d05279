import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { Document } from '../../contracts/corpus.ts';
import { Fault } from '../../contracts/fault.ts';
import type { SourceFile } from '../sources/source-file.ts';

/** What reading one file came to. */
export type ReadOutcome = { document: Document } | { reason: string };

export interface ReaderLimits {
  /** Seconds a file may take; default 120. */
  seconds?: number;
  /** Megabytes of JavaScript heap a file may take; default 1024. */
  heapMegabytes?: number;
}

const THREAD = new URL(import.meta.url.endsWith('.ts') ? './reader-thread.ts' : './reader-thread.js', import.meta.url);

/** Reads files one after the other in a thread of its own, so that a hostile one can neither hang nor crash the worker. */
export class DocumentReader {
  readonly #seconds: number;
  readonly #heapMegabytes: number;
  #thread: Worker | undefined;

  constructor({ seconds = 120, heapMegabytes = 1024 }: ReaderLimits = {}) {
    this.#seconds = seconds;
    this.#heapMegabytes = heapMegabytes;
  }

  /** @throws Fault `unavailable` if the file is gone or has changed since it was found. */
  async read(found: SourceFile): Promise<ReadOutcome> {
    const bytes = await found.read().catch((error: NodeJS.ErrnoException) => {
      throw error instanceof Fault ? error : changed(found, `cannot be read any more (${error.code})`, error);
    });
    if (createHash('sha256').update(bytes).digest('hex') !== found.sha256) {
      throw changed(found, 'changed while the documents were being read');
    }
    // A copy, since a small file's bytes share their memory with other buffers and cannot be handed over.
    return this.#ask(new Uint8Array(bytes), found.path);
  }

  async close(): Promise<void> {
    const thread = this.#thread;
    this.#thread = undefined;
    await thread?.terminate();
  }

  async #ask(bytes: Uint8Array<ArrayBuffer>, path: string): Promise<ReadOutcome> {
    const thread = this.#thread ?? (await this.#start());
    const { promise, resolve } = Promise.withResolvers<ReadOutcome>();
    const fail = (reason: string) => {
      this.#thread = undefined;
      void thread.terminate();
      resolve({ reason });
    };
    const onError = (error: NodeJS.ErrnoException) =>
      fail(
        error.code === 'ERR_WORKER_OUT_OF_MEMORY'
          ? `needs more than ${this.#heapMegabytes} MB of memory to be read`
          : `cannot be read (${error.message})`,
      );
    const timer = setTimeout(() => fail(`takes more than ${this.#seconds} seconds to be read`), this.#seconds * 1000);
    thread.once('message', resolve);
    thread.once('error', onError);
    try {
      thread.postMessage({ bytes, path }, [bytes.buffer]);
      return await promise;
    } finally {
      clearTimeout(timer);
      thread.off('message', resolve);
      thread.off('error', onError);
    }
  }

  /** A thread that has loaded its libraries, so that a file's time is its own. */
  async #start(): Promise<Worker> {
    const thread = new Worker(THREAD, {
      resourceLimits: { maxOldGenerationSizeMb: this.#heapMegabytes },
      // What libraries print about a file is not for the worker's log.
      stdout: true,
      stderr: true,
    });
    thread.stdout.resume();
    thread.stderr.resume();
    await once(thread, 'message');
    thread.unref();
    this.#thread = thread;
    return thread;
  }
}

function changed(found: SourceFile, what: string, cause?: unknown): Fault {
  return new Fault('unavailable', `${found.path} ${what}.`, 'Run again once the documents are in place.', { cause });
}
