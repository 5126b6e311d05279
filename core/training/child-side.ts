/**
 * What every child process of ours does: it dies with its parent, and leaves Ctrl-C, which a terminal sends to the whole group, to it.
 */
export function serve<Request>(handle: (request: Request) => void): void {
  process.on('disconnect', () => process.exit(1));
  process.on('SIGINT', () => {});
  process.on('message', (request) => handle(request as Request));
}

/** Resolves when the parent has it. */
export function reply(message: object): Promise<void> {
  return new Promise((resolve, reject) => {
    process.send?.(message, undefined, undefined, (error) => (error ? reject(error) : resolve()));
  });
}
