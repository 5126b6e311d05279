import { Fault } from '../../core/contracts/fault.ts';
import type { Profile } from '../../core/contracts/profile.ts';
import { openProvider, type Provider } from '../../core/provider/open-provider.ts';
import type { WorkerContext } from './context.ts';

/** One a profile and worker: all steps at once share its places in flight and what was learnt of its endpoint. */
const opened = new WeakMap<Profile, Provider>();

/**
 * The endpoint a profile stands for, on this worker.
 * @throws Fault `config` if this worker has no such profile.
 */
export function openProfile(worker: WorkerContext, name: string): Provider {
  const profile = findProfile(worker, name);
  if (profile instanceof Fault) throw profile;
  const provider = opened.get(profile) ?? openProvider(name, profile);
  opened.set(profile, provider);
  return provider;
}

/** A profile, or the fault of not having it. */
export function findProfile({ profiles, keyless = {} }: WorkerContext, name: string): Profile | Fault {
  const profile = Object.hasOwn(profiles, name) ? profiles[name] : undefined;
  if (profile) return profile;
  if (Object.hasOwn(keyless, name)) {
    const message = `The profile "${name}" of this worker has no key: ${keyless[name]} is not set.`;
    return new Fault('config', message, `Set ${keyless[name]} where the worker runs, and start it again.`);
  }
  const advice =
    name === 'default'
      ? 'Set OPENAI_API_KEY on the worker, or OPENAI_BASE_URL for a local server.'
      : `Add it under profiles in the worker's worker.yaml, or use one of: ${Object.keys(profiles).join(', ') || 'none yet'}.`;
  return new Fault('config', `This worker has no profile called "${name}".`, advice);
}
