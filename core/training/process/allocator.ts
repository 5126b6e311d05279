import { withoutSecrets } from '../../primitives/child-environment.ts';

/*
 * ONNX Runtime's arena doubles when it grows and never returns memory: a fifth of what training bge-base took was never
 * used. glibc's heap has no such waste, and is as fast if it neither maps large blocks separately nor returns them to
 * the system. These settings must be in the environment before the process starts.
 */
const TUNABLES = 'glibc.malloc.mmap_max=0:glibc.malloc.trim_threshold=1000000000000';

/** The environment for a process that trains. */
export function trainingEnvironment(environment = withoutSecrets()): NodeJS.ProcessEnv {
  if (process.platform !== 'linux') return environment;
  const { GLIBC_TUNABLES: given } = environment;
  return { ...environment, GLIBC_TUNABLES: given ? `${given}:${TUNABLES}` : TUNABLES };
}

/** Whether the runtime should use the heap of this process instead of its arena. */
export function prefersHeap({ GLIBC_TUNABLES: given } = process.env): boolean {
  return given?.endsWith(TUNABLES) ?? false;
}
