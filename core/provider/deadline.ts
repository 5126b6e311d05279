export interface DeadlineTimes {
  /** Until a request without an answer is given up. */
  timeoutMs: number;
  /** How long a request that is already sent, and so billed, may take after the caller aborted. */
  graceMs: number;
}

/** A signal that aborts at the time-out, or `graceMs` after the caller's signal did. Cleared once the request has ended. */
export function startDeadline(
  { timeoutMs, graceMs }: DeadlineTimes,
  signal?: AbortSignal,
): { deadline: AbortSignal; clear: () => void } {
  const controller = new AbortController();
  const timers = [setTimeout(() => controller.abort(), timeoutMs)];
  const onAbort = () => timers.push(setTimeout(() => controller.abort(), graceMs));
  signal?.addEventListener('abort', onAbort, { once: true });
  const clear = () => {
    signal?.removeEventListener('abort', onAbort);
    for (const timer of timers) clearTimeout(timer);
  };
  return { deadline: controller.signal, clear };
}

/** The result of `work`, or the signal's reason as soon as that aborts, for work that does not take a signal. */
export function untilAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const onAbort = () => reject(signal.reason);
    if (signal.aborted) onAbort();
    signal.addEventListener('abort', onAbort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
  });
}
