import { type ChildProcess, fork } from 'node:child_process';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Fault } from '../../contracts/fault.ts';
import { withoutSecrets } from '../../primitives/child-environment.ts';
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

/**
 * @param module URL of the child's module without extension. The extension is that of this file: .ts, or .js when
 *   compiled.
 * @param what Name of the process at the start of a message: `The embedding process`.
 */
export function startChild<Request extends object, Reply>(
  module: URL,
  what: string,
  env: NodeJS.ProcessEnv = withoutSecrets(),
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
  return {
    // The error of a failed send is ignored: `ended` reports that the process is gone.
    send: (request) => void (child.connected && child.send(request, () => {})),
    onReply: (listener) => void child.on('message', (reply) => listener(reply as Reply)),
    kill: () => void child.kill('SIGKILL'),
    ended: endOf(child, what, () => stderr),
  };
}

function endOf(child: ChildProcess, what: string, stderr: () => string): Promise<Fault> {
  return new Promise((resolve) => {
    child.once('error', (cause) =>
      resolve(new Fault('exhausted', `${what} could not be started: ${cause.message}.`, MORE_MEMORY, { cause })),
    );
    child.once('close', (code, signal) => {
      const how =
        signal === 'SIGKILL' ? 'was killed, most likely for its memory' : `ended with ${signal ?? `code ${code}`}`;
      const details = stderr() ? [stderr().trim()] : [];
      resolve(new Fault('exhausted', `${what} ${how}.`, MORE_MEMORY, { details }));
    });
  });
}
