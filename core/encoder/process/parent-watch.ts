import { Worker } from 'node:worker_threads';

/** How long a process of ours may outlive its parent, in milliseconds. */
const LOOK_EVERY_MS = 250;

/**
 * Ends this process when its parent is gone, also while the runtime blocks its main thread, for a step of a large model
 * as long as a minute: the channel to the parent is heard there only.
 */
export function dieWithParent(): void {
  new Worker(
    `setInterval(() => process.ppid === ${process.ppid} || process.kill(process.pid, 'SIGKILL'), ${LOOK_EVERY_MS});`,
    { eval: true },
  ).unref();
}
