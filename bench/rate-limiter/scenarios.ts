import type { Injected } from '../../tests/provider/injected.ts';
import type { Incoming } from '../../tests/provider/options.ts';
import type { RunningProvider } from '../../tests/provider/start-provider.ts';

/** Time an answer takes. */
export const LATENCY_MS = 100;

/** One way in which limits bind. */
export interface Scenario {
  name: string;
  requests: number;
  /** Words a passage has beyond its first sentence. */
  words: number;
  limits: { requestsPerMinute?: number; tokensPerMinute?: number };
  /** Whether the workers' profile names the limits; else they are learnt from the headers. */
  known: boolean;
  /** Which of the two is held against the quota. */
  binds: 'requests' | 'tokens';
  window?: 'sliding' | 'fixed';
  /** Changes the limits when so many requests have been answered. */
  change?: { after: number; limits: Parameters<RunningProvider['setLimits']>[0] };
  /** From the request with this number on, everything is refused for so long. */
  pause?: { after: number; seconds: number };
}

const REQUESTS = 10_000;
const RPM = 6000;
/** What the requests of `words: 40` come to at 6,000 a minute, about. */
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

/** Refuses everything for a while, from a request on. */
export class Pause {
  readonly #after: number;
  readonly #ms: number;
  beganAt = 0;
  /** Requests that came while it lasted, beyond those that were on their way as it began. */
  disobeyed = 0;
  refused = 0;

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
    this.refused++;
    if (left < this.#ms - 5000) this.disobeyed++;
    return { do: 'status', status: 429, headers: { 'retry-after': String(Math.ceil(left / 1000)) } };
  };
}
