import { join } from 'node:path';
import { openFilesystemStore } from '../../core/artifacts/filesystem.ts';
import type { StepContext } from './context.ts';

const RECORDED = new URL('../../tests/recorded', import.meta.url).pathname;

/**
 * The context of a step for tests. Store, models, cache and scratch files are in `folder`; the recorded models may be
 * read.
 * @param changes replace the defaults.
 */
export async function contextIn(folder: string, changes: Partial<StepContext> = {}): Promise<StepContext> {
  return {
    store: changes.store ?? (await openFilesystemStore(join(folder, 'store'))),
    models: folder,
    cache: folder,
    scratch: folder,
    base: RECORDED,
    roots: [RECORDED],
    threads: 1,
    profiles: {},
    measure: () => {},
    recordSpan: () => {},
    signal: new AbortController().signal,
    progress: () => {},
    owner: { run: 'run', attempt: 1 },
    remembered: undefined,
    remember: () => {},
    ...changes,
  };
}
