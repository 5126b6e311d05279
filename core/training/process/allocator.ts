/*
 * ONNX Runtime's arena grows by doubling and never gives back: a fifth of what training bge-base took was never used. glibc's heap does without,
 * and is as fast where it neither maps large blocks anew nor returns them, which has to be said before the process starts.
 */
const TUNABLES = 'glibc.malloc.mmap_max=0:glibc.malloc.trim_threshold=1000000000000';

/** What a process that trains has in its environment. */
export function trainingEnvironment(environment = process.env): NodeJS.ProcessEnv {
  if (process.platform !== 'linux') return environment;
  const { GLIBC_TUNABLES: own } = environment;
  return { ...environment, GLIBC_TUNABLES: own ? `${own}:${TUNABLES}` : TUNABLES };
}

/** Whether this process' own heap serves training better than the runtime's arena. */
export function prefersHeap({ GLIBC_TUNABLES: own } = process.env): boolean {
  return own?.endsWith(TUNABLES) ?? false;
}
