import { EXIT } from './output/failure.ts';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** The first signal asks to stop; a second leaves at once. */
export function interruptible(exit: (code: number) => void = process.exit): { signal: AbortSignal; dispose(): void } {
  const controller = new AbortController();
  const listen = () => {
    if (controller.signal.aborted) exit(EXIT.interrupted);
    controller.abort();
  };
  for (const name of SIGNALS) process.on(name, listen);
  return {
    signal: controller.signal,
    dispose() {
      for (const name of SIGNALS) process.off(name, listen);
    },
  };
}
