import { type ChildProcess, type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Readable } from 'node:stream';

/** How a process ended, with everything it wrote. */
export interface ProcessResult {
  /** Exit code; null if a signal ended the process. */
  code: number | null;
  stdout: string;
  stderr: string;
}

export interface ProcessOptions {
  /** Working folder. */
  cwd: string;
  /** Complete environment. Default: that of this process. */
  env?: NodeJS.ProcessEnv;
}

/** Default time between SIGTERM and SIGKILL: a worker writes a checkpoint before it ends. */
const GRACE_MS = 30_000;

/**
 * A child process whose output is kept. It leads a process group of its own, so that its children can be killed with
 * it. When this process ends before it, however that happens, a watchdog kills the group.
 */
export class ManagedProcess {
  /** Command line, for messages. */
  readonly command: string;
  readonly pid: number;
  /** Resolves when the process has ended and its output is complete; never rejects. */
  readonly ended: Promise<ProcessResult>;
  readonly #child: ChildProcessByStdio<null, Readable, Readable>;
  readonly #output = { stdout: '', stderr: '' };
  #log = '';
  #hasEnded = false;

  /** @throws Error if the command cannot be started. */
  constructor(command: string, args: readonly string[], { cwd, env }: ProcessOptions) {
    this.command = [command, ...args].join(' ');
    const child = spawn(command, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
    child.once('error', (error) => {
      this.#log += `${error.message}\n`;
    });
    for (const name of ['stdout', 'stderr'] as const)
      child[name].setEncoding('utf8').on('data', (text: string) => {
        this.#output[name] += text;
        this.#log += text;
      });
    this.#child = child;
    this.ended = new Promise((resolve) => {
      child.once('close', (code) => {
        this.#hasEnded = true;
        unwatch(this.pid);
        resolve({ code, ...this.#output });
      });
    });
    if (child.pid === undefined) throw new Error(`cannot start ${this.command}`);
    this.pid = child.pid;
    watch(this.pid);
  }

  get isRunning(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null;
  }

  /** Everything written so far, stdout and stderr in the order of arrival. */
  get log(): string {
    return this.#log;
  }

  /**
   * Resolves once stderr matches, with what was written before counted.
   * @throws Error with the log if the process ends first.
   */
  async waitForLog(pattern: RegExp): Promise<void> {
    let isOver = false;
    const over = this.ended.then(() => {
      isOver = true;
    });
    while (!pattern.test(this.#output.stderr)) {
      if (isOver) throw new Error(`${this.command} ended without logging ${pattern}:\n${this.#log}`);
      await Promise.race([once(this.#child.stderr, 'data'), over]);
    }
  }

  /** Sends a signal and waits for the end. A process that has ended already is left alone. */
  kill(signal: NodeJS.Signals): Promise<ProcessResult> {
    if (this.isRunning) process.kill(this.pid, signal);
    return this.ended;
  }

  /**
   * Kills the process and its children, as a power failure does, and waits for the end. Children of a process that has
   * ended already are left alone.
   */
  killGroup(): Promise<ProcessResult> {
    // Invariant: the ID of an ended process is never used, because another process may have it by now.
    if (!this.#hasEnded) {
      try {
        process.kill(-this.pid, 'SIGKILL');
      } catch {
        // No process of the group runs any more.
      }
    }
    return this.ended;
  }

  /**
   * Ends the process with SIGTERM, and with SIGKILL what is left of its group after `graceMs` milliseconds (30,000).
   */
  async stop(graceMs = GRACE_MS): Promise<ProcessResult> {
    const timer = setTimeout(() => void this.killGroup(), graceMs);
    const result = await this.kill('SIGTERM');
    clearTimeout(timer);
    return result;
  }

  /** Like `stop`, and kills the children that the process leaves behind at once. */
  close(): Promise<ProcessResult> {
    // At this event, as `ended` waits for children that keep the output open.
    if (this.isRunning) this.#child.once('exit', () => void this.killGroup());
    else void this.killGroup();
    return this.stop();
  }
}

const watched = new Set<number>();
let watchdog: ChildProcess | undefined;

/**
 * Reads the watched process groups from stdin, each time all of them on one line, and kills them at its end. No handler
 * in this process could do that: Vitest kills its workers with SIGKILL.
 */
const WATCHDOG = 'while read -r line; do groups=$line; done; for group in $groups; do kill -s KILL -- "-$group"; done';

function watch(group: number): void {
  watched.add(group);
  updateWatchdog();
}

function unwatch(group: number): void {
  watched.delete(group);
  updateWatchdog();
}

function updateWatchdog(): void {
  if (watchdog === undefined) {
    watchdog = spawn('sh', ['-c', WATCHDOG], { stdio: ['pipe', 'ignore', 'ignore'], detached: true });
    watchdog.unref();
  }
  watchdog.stdin?.write(`${[...watched].join(' ')}\n`);
}
