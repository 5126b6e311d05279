/** Long enough that giving way costs nothing, and far below what a heartbeat can wait. */
const STRETCH_MS = 50;

/** To be awaited within a loop that may take minutes: now and then the event loop has its turn. */
export function eventLoopYielder(): () => Promise<void> | undefined {
  let since = performance.now();
  return () => {
    if (performance.now() - since < STRETCH_MS) return undefined;
    return new Promise((resolve) => {
      // The global one: contracts are bundled into the workflow's code, which knows no module of Node's.
      setImmediate(() => {
        since = performance.now();
        resolve();
      });
    });
  };
}
