import { Fault } from '../core/contracts/fault.ts';
import { openProvider, type Provider } from '../core/provider/open-provider.ts';
import type { WorkerContext } from './context.ts';

/**
 * The endpoint a profile stands for, on this worker.
 * @throws Fault `config` if this worker has no such profile.
 */
export function openProfile({ profiles }: WorkerContext, name: string): Provider {
  const profile = Object.hasOwn(profiles, name) ? profiles[name] : undefined;
  if (profile) return openProvider(name, profile);
  const advice =
    name === 'default'
      ? 'Set OPENAI_API_KEY on the worker, or OPENAI_BASE_URL for a local server.'
      : `Add it under profiles in the worker's worker.yaml, or use one of: ${Object.keys(profiles).join(', ') || 'none yet'}.`;
  throw new Fault('config', `This worker has no profile called "${name}".`, advice);
}
