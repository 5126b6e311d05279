import { type ChildProcess, fork } from 'node:child_process';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Fault } from '../../contracts/fault.ts';
import { withoutSecrets } from '../../primitives/child-environment.ts';
import { PATIENCE, type Patience, SilenceWatch } from './watch-silence.ts';
import { MORE_MEMORY } from './wire-error.ts';

/** Characters of the child's stderr that are kept, from its end. */
const KEPT_STDERR = 4000;

/**
 * A child process that computes, because the runtime blocks the thread in which it works, and its process may be killed
 * for the memory it takes.
 */
export interface Child<Request extends object, Reply> {
  send(request: Request): void;
  onReply(listener: (reply: Reply) => void): void;
  /** Kills the process immediately. */
  kill(): void;
  /**
   * Resolves when the process has ended and all of its replies have been received. The Fault (`exhausted`) describes
   * how it ended, for a caller that did not expect it to.
   */
  readonly ended: Promise<Fault>;
}

export interface ChildOptions {
  /** Default: that of this process, without secrets. */
  readonly env?: NodeJS.ProcessEnv | undefined;
  /** Whether replies are due. Default: always. A process without a reply for too long is killed. */
  readonly isWorking?: (() => boolean) | undefined;
  /** Default: `PATIENCE`. */
  readonly patience?: Patience | undefined;
}

/**
 * @param module URL of the child's module without extension. The extension is that of this file: .ts, or .js when
 *   compiled.
 * @param what Name of the process at the start of a message: `The embedding process`.
 */
export function startChild<Request extends object, Reply>(
  module: URL,
  what: string,
  { env = withoutSecrets(), isWorking = () => true, patience = PATIENCE }: ChildOptions = {},
): Child<Request, Reply> {
  const file = `${fileURLToPath(module)}${extname(import.meta.url)}`;
  const child = fork(file, {
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    execArgv: [],
    env,
  });
  let stderr = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    stderr = (stderr + text).slice(-KEPT_STDERR);
  });
  let hungMs: number | undefined;
  const onHung = (silence: number) => {
    hungMs = silence;
    child.kill('SIGKILL');
  };
  const watch = new SilenceWatch(isWorking, onHung, patience);
  child.on('message', () => watch.report());
  child.once('close', () => watch.stop());
  return {
    // The error of a failed send is ignored: `ended` reports that the process is gone.
    send: (request) => void (child.connected && child.send(request, () => {})),
    onReply: (listener) => void child.on('message', (reply) => listener(reply as Reply)),
    kill: () => void child.kill('SIGKILL'),
    ended: endOf(child, what, () => ({ stderr, hungMs })),
  };
}

interface Circumstances {
  readonly stderr: string;
  /** Milliseconds without a reply after which it was killed; undefined if it was not. */
  readonly hungMs: number | undefined;
}

function endOf(child: ChildProcess, what: string, circumstances: () => Circumstances): Promise<Fault> {
  return new Promise((resolve) => {
    child.once('error', (cause) =>
      resolve(new Fault('exhausted', `${what} could not be started: ${cause.message}.`, MORE_MEMORY, { cause })),
    );
    child.once('close', (code, signal) => {
      const { stderr, hungMs } = circumstances();
      const details = stderr ? [stderr.trim()] : [];
      if (hungMs !== undefined) return resolve(hung(what, hungMs, details));
      const how =
        signal === 'SIGKILL' ? 'was killed, most likely for its memory' : `ended with ${signal ?? `code ${code}`}`;
      resolve(new Fault('exhausted', `${what} ${how}.`, MORE_MEMORY, { details }));
    });
  });
}

function hung(what: string, ms: number, details: readonly string[]): Fault {
  const time = ms < 120_000 ? `${Math.round(ms / 1000)} seconds` : `${Math.round(ms / 60_000)} minutes`;
  return new Fault(
    'exhausted',
    `${what} reported nothing for ${time}, many times its usual, and was ended.`,
    'If it happens again, look at the driver of the device (hone doctor), or train with --device cpu.',
    { details },
  );
}
