import { setTimeout } from 'node:timers/promises';
import type { ServerProcess } from '../s3/server-process.ts';

/** Mulberry32: the same kills at about the same moments for the same seed. */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Kills a server, and begins it again when it has been away for so long. */
export async function interrupt(server: Pick<ServerProcess, 'kill' | 'begin'>, outageMs: number): Promise<void> {
  await server.kill();
  await setTimeout(outageMs);
  await server.begin();
}
