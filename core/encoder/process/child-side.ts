import { dieWithParent } from './parent-watch.ts';

/**
 * What every child process of ours does: it dies with its parent, and leaves to it the signals that a terminal or a service manager sends to the
 * whole group, so that there is time for a checkpoint.
 */
export function serve<Request>(handle: (request: Request) => void): void {
  dieWithParent();
  process.on('disconnect', () => process.exit(1));
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => {});
  process.on('message', (request) => handle(request as Request));
}

/** Resolves when the parent has it. */
export function reply(message: object): Promise<void> {
  return new Promise((resolve, reject) => {
    process.send?.(message, undefined, undefined, (error) => (error ? reject(error) : resolve()));
  });
}
