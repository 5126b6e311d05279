import { type ChildProcess, fork } from 'node:child_process';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Fault } from '../../contracts/fault.ts';
import { MORE_MEMORY } from './wire-error.ts';

const KEPT_STDERR = 4000;

/** A process of ours that computes: the runtime blocks the thread it works in, and may be killed for its memory. */
export interface Child<Request, Reply> {
  send(request: Request): void;
  onReply(listener: (reply: Reply) => void): void;
  /** Ends it at once. */
  kill(): void;
  /** Resolves when it has ended and every reply of its has been heard: with what that would mean if nothing else explains it. */
  readonly ended: Promise<Fault>;
}

/** @param module The child's module without its extension, which is that of this one: .ts here, .js where it was compiled. */
export function startChild<Request, Reply>(
  module: URL,
  what: string,
  env: NodeJS.ProcessEnv = process.env,
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
    // A child that is gone says so by `ended`; the failed send would only say it twice.
    send: (request) => void (child.connected && child.send(request as never, () => {})),
    onReply: (listener) => void child.on('message', (reply) => listener(reply as Reply)),
    kill: () => void child.kill('SIGKILL'),
    ended: ending(child, what, () => stderr),
  };
}

function ending(child: ChildProcess, what: string, stderr: () => string): Promise<Fault> {
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
