import { Fault } from '../../core/contracts/fault.ts';
import type { Profile } from '../../core/contracts/profile.ts';
import type { RequestObserver } from '../../core/contracts/request-observer.ts';
import { canonicalJson, sha256 } from '../../core/primitives/hash.ts';
import { openProvider, type Provider } from '../../core/provider/open-provider.ts';
import type { WorkerContext } from './context.ts';
import { measuredRequests } from './measured-requests.ts';
import { tracedRequests } from './traced-requests.ts';

type Profiles = Pick<WorkerContext, 'profiles' | 'keyless' | 'graceSeconds'>;

const GRACE_SECONDS = 60;
/** Of the grace time, what is kept for storing the answers that came within the rest. */
const STORING_MS = 5_000;

/**
 * Invariant: one provider per profile in the worker's own thread, where all questions are asked one by one, so that
 * they share its concurrency and what it learnt of limits. A step in a thread of its own (a hosted model's embeddings,
 * the Batch API) has one for itself.
 */
const opened = new WeakMap<Profile, Provider>();

/**
 * The provider of a profile of this worker.
 * @throws Fault `config` if the worker has no such profile, or no key for it.
 */
export function openProfile(worker: Profiles & Pick<WorkerContext, 'measure' | 'recordSpan'>, name: string): Provider {
  const profile = findProfile(worker, name);
  if (profile instanceof Fault) throw profile;
  const times = { graceMs: graceOf(worker).answersMs };
  const provider = opened.get(profile) ?? openProvider(name, profile, times, observerOf(worker));
  opened.set(profile, provider);
  return provider;
}

function observerOf({ measure, recordSpan }: Pick<WorkerContext, 'measure' | 'recordSpan'>): RequestObserver {
  const observers = [measuredRequests(measure), tracedRequests(recordSpan)];
  return {
    sent(request) {
      const ends = observers.map((observer) => observer.sent(request));
      return (...ended) => {
        for (const end of ends) end(...ended);
      };
    },
    received(...billed) {
      for (const observer of observers) observer.received(...billed);
    },
  };
}

/**
 * How long, in milliseconds, a step that is told to stop may take: it waits for the answers to requests that it has
 * sent, as they are billed whether anyone waits or not, and stores them.
 */
export function graceOf({ graceSeconds = GRACE_SECONDS }: Pick<WorkerContext, 'graceSeconds'>) {
  const ms = graceSeconds * 1000;
  return { ms, answersMs: Math.max(ms / 2, ms - STORING_MS) };
}

/** Where requests of a profile without `baseURL` go. */
const OPENAI = 'https://api.openai.com/v1';

/**
 * The address of a profile's endpoint, for the key of a step: two endpoints may serve different models under one name.
 * Without user and password, so that a new key does not repeat the step.
 * @throws Fault `config` as `openProfile`
 */
export function endpointOf(worker: Profiles, name: string): string {
  const profile = findProfile(worker, name);
  if (profile instanceof Fault) throw profile;
  return addressOf(profile);
}

function addressOf({ sameAs, baseURL }: Profile): string {
  const { origin, pathname } = new URL(sameAs ?? baseURL ?? OPENAI);
  return `${origin}${pathname.replace(/\/+$/, '')}`;
}

/**
 * The name of a profile's endpoint in the ledger (`Layer`): a hash of its address and of the fields that the profile
 * adds to every request. Undefined if the worker does not have the profile: it may then use the answers of any
 * endpoint.
 */
export function ledgerEndpoint(worker: Profiles, name: string): string | undefined {
  const profile = findProfile(worker, name);
  if (profile instanceof Fault) return undefined;
  return sha256(canonicalJson([addressOf(profile), profile.extraBody ?? null])).slice(0, 16);
}

/** A profile of this worker; a Fault `config` (returned, not thrown) if there is none, or no key for it. */
export function findProfile({ profiles, keyless = {} }: Profiles, name: string): Profile | Fault {
  const profile = Object.hasOwn(profiles, name) ? profiles[name] : undefined;
  if (profile) return profile;
  if (Object.hasOwn(keyless, name)) {
    const message = `The profile "${name}" of this worker has no key: ${keyless[name]} is not set.`;
    return new Fault('config', message, `Set ${keyless[name]} in the worker's environment, and restart the worker.`);
  }
  const advice =
    name === 'default'
      ? 'Set OPENAI_API_KEY on the worker, or OPENAI_BASE_URL for a local server.'
      : `Add it under profiles in the worker's worker.yaml, or use one of: ${Object.keys(profiles).join(', ') || 'none yet'}.`;
  return new Fault('config', `This worker has no profile called "${name}".`, advice);
}
