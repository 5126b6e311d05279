/** Milliseconds between yields: long enough to cost nothing, and far shorter than a heartbeat interval. */
const INTERVAL_MS = 50;

/**
 * A function to await in every round of a loop that may run for minutes. Every 50 ms it yields to the event loop, so
 * that timers, I/O and heartbeats are served; otherwise it returns undefined and costs one clock reading.
 * @param signal the function rejects with its reason once it is aborted.
 */
export function eventLoopYielder(signal?: AbortSignal): () => Promise<void> | undefined {
  let lastYield = performance.now();
  return () => {
    if (performance.now() - lastYield < INTERVAL_MS) return undefined;
    return new Promise((resolve, reject) => {
      setImmediate(() => {
        lastYield = performance.now();
        if (signal?.aborted) reject(signal.reason);
        else resolve();
      });
    });
  };
}
