import { join } from 'node:path';
import { openFilesystemStore } from '../../core/artifacts/filesystem.ts';
import type { StepContext } from './context.ts';

const RECORDED = new URL('../../tests/recorded', import.meta.url).pathname;

/** What a step has on a worker whose store, models and cache lie in a folder, and which may read the recorded models. */
export async function contextIn(folder: string): Promise<StepContext> {
  return {
    ...{ store: await openFilesystemStore(join(folder, 'store')), models: folder, cache: folder, scratch: folder },
    ...{ base: RECORDED, roots: [RECORDED], threads: 1, profiles: {} },
    ...{ signal: new AbortController().signal, progress: () => {} },
    ...{ lease: { run: 'run', attempt: 1 }, remembered: undefined, remember: () => {} },
  };
}
