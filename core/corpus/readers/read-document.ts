import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Document } from '../../contracts/corpus.ts';
import { Fault } from '../../contracts/fault.ts';
import { withoutSecrets } from '../../primitives/child-environment.ts';
import { sha256 } from '../../primitives/hash.ts';
import type { SourceFile } from '../sources/source-file.ts';

/** The document, or the reason why the file is skipped. */
export type ReadOutcome = { document: Document } | { reason: string };

export interface ReaderLimits {
  /** Seconds per file; default 300. A page of a PDF takes some hundredths of a second. */
  seconds?: number | undefined;
  /** Megabytes of resident memory of the process that reads, which takes about 100 without a file; default 2048. */
  megabytes?: number | undefined;
  /** Milliseconds until a process that reads has to be ready; default: five minutes. */
  startsWithinMs?: number | undefined;
}

/** Loading its libraries takes a second; on a busy machine with a slow disk much longer. */
const STARTS_WITHIN_MS = 5 * 60_000;

const CHILD = fileURLToPath(
  new URL(import.meta.url.endsWith('.ts') ? './reader-child.ts' : './reader-child.js', import.meta.url),
);

/** With which the process that reads ends itself when it passes its limit of memory. Windows has only the second. */
export const MEMORY_SIGNAL = process.platform === 'win32' ? 'SIGKILL' : 'SIGUSR2';

/** How a process ends for lack of memory: by its own limit, that of V8's heap, or the kernel's. */
const OUT_OF_MEMORY = new Set<string | null>([MEMORY_SIGNAL, 'SIGABRT', 'SIGTRAP', 'SIGKILL']);

/**
 * Reads files, one after the other, in a process of its own, so that a malicious file can neither block nor crash the
 * worker, nor take its memory. A process that exceeds a limit is killed and replaced.
 */
export class DocumentReader {
  readonly #seconds: number;
  readonly #megabytes: number;
  readonly #startsWithinMs: number;
  #child: ChildProcess | undefined;

  constructor({ seconds = 300, megabytes = 2048, startsWithinMs = STARTS_WITHIN_MS }: ReaderLimits = {}) {
    this.#seconds = seconds;
    this.#megabytes = megabytes;
    this.#startsWithinMs = startsWithinMs;
  }

  /**
   * Reads one file.
   * @throws Fault `unavailable` if the file has been deleted or changed since it was found; `exhausted` if no process
   *   can be started, or does not become ready.
   */
  async read(file: SourceFile): Promise<ReadOutcome> {
    const bytes = await file.read().catch((error: NodeJS.ErrnoException) => {
      throw error instanceof Fault ? error : changed(file, `cannot be read any more (${error.code})`, error);
    });
    if (sha256(bytes) !== file.sha256) {
      throw changed(file, 'changed while the documents were being read');
    }
    return this.#parse(bytes, file.path);
  }

  /** Kills the process. */
  async close(): Promise<void> {
    const child = this.#child;
    this.#child = undefined;
    if (child) await kill(child);
  }

  async #parse(bytes: Uint8Array, path: string): Promise<ReadOutcome> {
    const child = this.#child ?? (await this.#start());
    const { promise, resolve } = Promise.withResolvers<ReadOutcome>();
    const onExit = (code: number | null, signal: NodeJS.Signals | null) => resolve({ reason: this.#why(code, signal) });
    const timer = setTimeout(
      () => resolve({ reason: `takes more than ${this.#seconds} seconds to be read` }),
      this.#seconds * 1000,
    );
    let answered = false;
    const onMessage = (outcome: unknown) => {
      answered = true;
      resolve(outcome as ReadOutcome);
    };
    child.once('message', onMessage);
    child.once('exit', onExit);
    // A failed send is ignored: the process is gone then, which `exit` tells.
    child.send({ bytes, path }, () => {});
    try {
      return await promise;
    } finally {
      clearTimeout(timer);
      child.off('message', onMessage);
      child.off('exit', onExit);
      if (!answered) await this.close();
    }
  }

  #why(code: number | null, signal: NodeJS.Signals | null): string {
    return OUT_OF_MEMORY.has(signal) || process.platform === 'win32'
      ? `needs more than ${this.#megabytes} MB of memory to be read`
      : `cannot be read (its reader ended with ${endOf(code, signal)})`;
  }

  /** Starts a process and waits until its libraries are loaded, so that loading does not count as reading time. */
  async #start(): Promise<ChildProcess> {
    const child = fork(CHILD, [String(this.#megabytes)], {
      serialization: 'advanced',
      // What libraries print about a file must not get into the worker's output.
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
      env: withoutSecrets(),
      execArgv: [`--max-old-space-size=${this.#megabytes}`],
    });
    const ended = once(child, 'exit').then(([code, signal]) => {
      throw cannotStart(`it ended with ${endOf(code, signal)}`);
    });
    // Also settles when the process ends later, after it has been started.
    ended.catch(() => {});
    const failed = once(child, 'error').then(([error]) => {
      throw cannotStart((error as Error).message);
    });
    failed.catch(() => {});
    const late = Promise.withResolvers<never>();
    const timer = setTimeout(() => {
      child.kill('SIGKILL');
      late.reject(cannotStart(`it was not ready within ${Math.ceil(this.#startsWithinMs / 1000)} s`));
    }, this.#startsWithinMs);
    await Promise.race([once(child, 'message'), ended, failed, late.promise]).finally(() => clearTimeout(timer));
    child.on('error', () => {});
    child.unref();
    child.channel?.unref();
    this.#child = child;
    return child;
  }
}

function endOf(code: number | null, signal: string | null): string {
  if (signal !== null) return signal;
  return `code ${code}`;
}

async function kill(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  // An idle child keeps nothing alive, not even this call.
  child.ref();
  child.kill('SIGKILL');
  await ended;
}

function cannotStart(why: string): Fault {
  return new Fault(
    'exhausted',
    `The process that reads documents could not be started: ${why}.`,
    'Give the worker more memory and processes.',
  );
}

function changed(file: SourceFile, what: string, cause?: unknown): Fault {
  return new Fault('unavailable', `${file.path} ${what}.`, 'Run again once the documents are in place.', { cause });
}
