import type { Injected } from '../../tests/provider/injected.ts';
import type { Incoming } from '../../tests/provider/options.ts';
import type { RunningProvider } from '../../tests/provider/start-provider.ts';

/** Time until the provider answers. */
export const LATENCY_MS = 100;

/** A case of limits that bind. */
export interface Scenario {
  name: string;
  requests: number;
  /** Words of a passage after its first sentence. */
  words: number;
  limits: { requestsPerMinute?: number; tokensPerMinute?: number };
  /** Whether the workers' profile names the limits; if not, they are learnt from headers. */
  known: boolean;
  /** The limit whose use is measured. */
  binds: 'requests' | 'tokens';
  window?: 'sliding' | 'fixed';
  /** Changes the limits once this many requests have been answered. */
  change?: { after: number; limits: Parameters<RunningProvider['setLimits']>[0] };
  /** From the request with this number on, all requests are rejected for this long. */
  pause?: { after: number; seconds: number };
}

const REQUESTS = 10_000;
const RPM = 6000;
/** About what requests of `words: 40` use at 6,000 a minute. */
const TPM = 1_500_000;

export const SCENARIOS: readonly Scenario[] = [
  {
    name: 'requests',
    requests: REQUESTS,
    words: 0,
    limits: { requestsPerMinute: RPM, tokensPerMinute: 1e8 },
    known: true,
    binds: 'requests',
  },
  {
    name: 'tokens',
    requests: REQUESTS,
    words: 40,
    limits: { requestsPerMinute: 1e5, tokensPerMinute: TPM },
    known: true,
    binds: 'tokens',
  },
  {
    name: 'requests-fixed',
    requests: REQUESTS,
    words: 0,
    limits: { requestsPerMinute: RPM },
    known: true,
    binds: 'requests',
    window: 'fixed',
  },
  {
    name: 'halved',
    requests: REQUESTS,
    words: 0,
    limits: { requestsPerMinute: RPM },
    known: false,
    binds: 'requests',
    change: { after: REQUESTS / 2, limits: { requestsPerMinute: RPM / 2 } },
  },
  {
    name: 'doubled',
    requests: REQUESTS,
    words: 0,
    limits: { requestsPerMinute: RPM / 2 },
    known: false,
    binds: 'requests',
    change: { after: REQUESTS / 2, limits: { requestsPerMinute: RPM } },
  },
  {
    name: 'retry-after',
    requests: REQUESTS,
    words: 0,
    limits: { requestsPerMinute: RPM },
    known: true,
    binds: 'requests',
    pause: { after: REQUESTS / 2, seconds: 360 },
  },
];

/** Rejects all requests for a while, from a request on. */
export class Pause {
  readonly #after: number;
  readonly #ms: number;
  beganAt = 0;
  rejected = 0;

  constructor({ after, seconds }: NonNullable<Scenario['pause']>) {
    this.#after = after;
    this.#ms = seconds * 1000;
  }

  get endsAt(): number {
    return this.beganAt + this.#ms;
  }

  inject = ({ index }: Incoming): Injected | undefined => {
    if (index < this.#after) return undefined;
    this.beganAt ||= Date.now();
    const left = this.endsAt - Date.now();
    if (left <= 0) return undefined;
    this.rejected++;
    return { do: 'status', status: 429, headers: { 'retry-after': String(Math.ceil(left / 1000)) } };
  };
}
