import type { LeaseRequest, Limits } from '../contracts/rate-limit.ts';

/**
 * The requests of one run, as they cross continue-as-new: dozens of runs may each wait for dozens of leases, and what
 * these have in common is kept once.
 */
export interface WaitingRun {
  run: string;
  limits: Limits;
  /** What the ids of the leases begin with. */
  prefix: string;
  /** The rest of the id, `requests` and `tokensPerRequest` of each, in order. */
  leases: [rest: string, requests: number, tokensPerRequest: number][];
}

/** Groups requests by run. Runs stay in the order of their first requests, in which those never served take turns. */
export function groupRequests(waiting: readonly LeaseRequest[]): WaitingRun[] {
  const groups = new Map<string, WaitingRun>();
  for (const { lease, run, requests, tokensPerRequest, limits } of waiting) {
    const prefix = lease.slice(0, lease.lastIndexOf('/') + 1);
    const key = JSON.stringify([run, prefix, limits]);
    const group = groups.get(key) ?? { run, limits, prefix, leases: [] };
    groups.set(key, group);
    group.leases.push([lease.slice(prefix.length), requests, tokensPerRequest]);
  }
  return [...groups.values()];
}

export function ungroupRequests(runs: readonly WaitingRun[]): LeaseRequest[] {
  return runs.flatMap(({ run, limits, prefix, leases }) =>
    leases.map(([rest, requests, tokensPerRequest]) => ({
      lease: prefix + rest,
      run,
      requests,
      tokensPerRequest,
      limits,
    })),
  );
}
