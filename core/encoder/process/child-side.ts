import { Worker } from 'node:worker_threads';

/** How long a child process may outlive its parent, in milliseconds. */
const CHECK_INTERVAL_MS = 250;

/**
 * Handles the requests of the parent process. The child ends with its parent, and ignores the signals that a terminal
 * or a service manager sends to the whole process group: the parent decides when it ends, so that it can still save a
 * checkpoint.
 */
export function serve<Request>(handle: (request: Request) => void): void {
  dieWithParent();
  process.on('disconnect', () => process.exit(1));
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => {});
  process.on('message', (request) => handle(request as Request));
}

/** Sends a message to the parent process. Resolves when the channel has taken it. */
export function reply(message: object): Promise<void> {
  return new Promise((resolve, reject) => {
    process.send?.(message, undefined, undefined, (error) => (error ? reject(error) : resolve()));
  });
}

/**
 * Ends this process when its parent is gone, even while the runtime blocks the main thread, which a training step of a
 * large model does for up to a minute: the main thread does not notice a closed channel during that time.
 */
export function dieWithParent(): void {
  const { ppid } = process;
  new Worker(
    `setInterval(() => process.ppid === ${ppid} || process.kill(process.pid, 'SIGKILL'), ${CHECK_INTERVAL_MS});`,
    {
      eval: true,
    },
  ).unref();
}
