import { availableParallelism, cpus, platform, release, totalmem } from 'node:os';

/** The machine that figures were measured on. */
export function describeMachine() {
  return {
    cpu: cpus()[0]?.model ?? 'unknown',
    cores: availableParallelism(),
    memoryGB: Math.round(totalmem() / 1e9),
    system: `${platform()} ${release()} ${process.arch}`,
  };
}
