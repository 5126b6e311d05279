import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { Document } from '../../contracts/corpus.ts';
import { Fault } from '../../contracts/fault.ts';
import { sha256 } from '../../primitives/hash.ts';
import type { SourceFile } from '../sources/source-file.ts';

/** The document, or the reason why the file is skipped. */
export type ReadOutcome = { document: Document } | { reason: string };

export interface ReaderLimits {
  /** Seconds per file; default 120. */
  seconds?: number | undefined;
  /** Megabytes of JavaScript heap; default 1024. */
  heapMegabytes?: number | undefined;
}

const THREAD = new URL(import.meta.url.endsWith('.ts') ? './reader-thread.ts' : './reader-thread.js', import.meta.url);

/**
 * Reads files, one after the other, in a thread of its own, so that a malicious file can neither block nor crash the
 * worker. A thread that exceeds a limit is terminated and replaced.
 */
export class DocumentReader {
  readonly #seconds: number;
  readonly #heapMegabytes: number;
  #thread: Worker | undefined;

  constructor({ seconds = 120, heapMegabytes = 1024 }: ReaderLimits = {}) {
    this.#seconds = seconds;
    this.#heapMegabytes = heapMegabytes;
  }

  /** Reads one file. @throws Fault `unavailable` if it has been deleted or changed since it was found. */
  async read(file: SourceFile): Promise<ReadOutcome> {
    const bytes = await file.read().catch((error: NodeJS.ErrnoException) => {
      throw error instanceof Fault ? error : changed(file, `cannot be read any more (${error.code})`, error);
    });
    if (sha256(bytes) !== file.sha256) {
      throw changed(file, 'changed while the documents were being read');
    }
    // A copy: small buffers share their memory with others, so it cannot be transferred to the thread.
    return this.#parse(new Uint8Array(bytes), file.path);
  }

  /** Terminates the thread. */
  async close(): Promise<void> {
    const thread = this.#thread;
    this.#thread = undefined;
    await thread?.terminate();
  }

  async #parse(bytes: Uint8Array<ArrayBuffer>, path: string): Promise<ReadOutcome> {
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

  /** Starts a thread and waits until its libraries are loaded, so that loading does not count as reading time. */
  async #start(): Promise<Worker> {
    const thread = new Worker(THREAD, {
      resourceLimits: { maxOldGenerationSizeMb: this.#heapMegabytes },
      // What libraries print about a file must not get into the worker's output.
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

function changed(file: SourceFile, what: string, cause?: unknown): Fault {
  return new Fault('unavailable', `${file.path} ${what}.`, 'Run again once the documents are in place.', { cause });
}
