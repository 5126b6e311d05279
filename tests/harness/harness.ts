import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ManagedProcess, type ProcessOptions } from './managed-process.ts';

/** How much `logs` shows: characters of each process, and processes that have ended already. */
const SHOWN_CHARACTERS = 4000;
const SHOWN_ENDED = 3;

/**
 * Starts what a test needs outside its own process, and ends all of it: processes, servers, connections, folders. The
 * other files of this folder start one thing each with it:
 *
 * ```ts
 * const harness = useHarness();
 * beforeAll(async () => {
 *   const temporal = await startTemporalServer(harness);
 *   const project = await createProject(harness, { TEMPORAL_ADDRESS: temporal.address });
 *   await project.startWorker();
 * });
 * ```
 *
 * Tests get one from `useHarness`, scripts from `withHarness`.
 */
export class Harness {
  readonly #cleanups: (() => unknown)[] = [];
  readonly #processes: ManagedProcess[] = [];
  #root: Promise<string> | undefined;
  #folders = 0;

  /** A new, empty folder, removed by `close`. @param name Part of its name, to recognise it in messages. */
  async folder(name = 'folder'): Promise<string> {
    if (this.#root === undefined) {
      const root = mkdtemp(join(tmpdir(), 'hone-test-'));
      // First to be registered, so removed last. Processes that end at this moment may still write.
      const options = { recursive: true, force: true, maxRetries: 10, retryDelay: 200 };
      this.#cleanups.unshift(async () => rm(await root, options));
      this.#root = root;
    }
    const path = join(await this.#root, `${name}-${++this.#folders}`);
    await mkdir(path);
    return path;
  }

  /** Starts a process, which `close` ends with its children: by SIGTERM, and by SIGKILL if it does not end in time. */
  spawn(command: string, args: readonly string[], options: ProcessOptions): ManagedProcess {
    const child = new ManagedProcess(command, args, options);
    this.#processes.push(child);
    this.defer(() => child.close());
    return child;
  }

  /** Those started since the last `close`, also those that have ended. */
  get processes(): readonly ManagedProcess[] {
    return [...this.#processes];
  }

  /** Closes the resource with the harness, before everything that was started earlier. @returns the resource. */
  async use<T extends { close(): unknown }>(resource: T | Promise<T>): Promise<T> {
    const used = await resource;
    this.defer(() => used.close());
    return used;
  }

  /** Runs the function when the harness closes: last registered, first run. */
  defer(cleanup: () => unknown): void {
    this.#cleanups.push(cleanup);
  }

  /** The end of what each process wrote: of those that run, and of the last few that have ended. */
  logs(): string {
    const ended = this.#processes.filter(({ isRunning }) => !isRunning).slice(-SHOWN_ENDED);
    return this.#processes
      .filter((child) => child.isRunning || ended.includes(child))
      .map((child) => {
        const cut = child.log.length > SHOWN_CHARACTERS ? '…' : '';
        return `> ${child.command}${child.isRunning ? '' : ' (ended)'}\n${cut}${child.log.slice(-SHOWN_CHARACTERS)}\n`;
      })
      .join('');
  }

  /**
   * Ends everything, in reverse order of its start.
   * @throws AggregateError of what failed, after all of it was tried.
   */
  async close(): Promise<void> {
    const errors: unknown[] = [];
    for (let cleanup = this.#cleanups.pop(); cleanup; cleanup = this.#cleanups.pop()) {
      try {
        await cleanup();
      } catch (error) {
        errors.push(error);
      }
    }
    this.#processes.length = 0;
    this.#root = undefined;
    if (errors.length > 0) throw new AggregateError(errors, 'The test harness could not be closed cleanly.');
  }
}

/**
 * Runs a function with a harness that is closed afterwards, also if the function throws; the logs then go to stderr.
 */
export async function withHarness<T>(run: (harness: Harness) => Promise<T>): Promise<T> {
  const harness = new Harness();
  try {
    return await run(harness);
  } catch (error) {
    process.stderr.write(harness.logs());
    throw error;
  } finally {
    await harness.close();
  }
}
