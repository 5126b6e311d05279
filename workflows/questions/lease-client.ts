import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import {
  CancellationScope,
  ChildWorkflowCancellationType,
  condition,
  getExternalWorkflowHandle,
  isCancellation,
  ParentClosePolicy,
  patched,
  type SignalDefinition,
  setHandler,
  startChild,
  workflowInfo,
} from '@temporalio/workflow';
import type { Lease, LeaseReport, Limits } from '../../core/contracts/rate-limit.ts';
import { rateLimiterId, tenantOfQueue } from '../../core/contracts/tenant.ts';
import { leaseGranted, leaseReported, leaseRequested, leaseRequestsWithdrawn, rateLimitWait } from '../messages.ts';
import type { rateLimiter } from '../rate-limiter.ts';
import { measure } from '../run/measure.ts';

/**
 * A rate limiter that somebody terminated takes its queue with it, and the next one knows nothing of the requests. So a
 * lease is asked for again after this time, and then after twice as long, up to `ASK_AGAIN_MS.most`.
 */
const ASK_AGAIN_MS = { first: 60_000, most: 15 * 60_000 };

/** Gets leases from the profile's rate limiter workflow, which it starts if there is none. */
export class LeaseClient {
  readonly #profile: string;
  readonly #limits: Limits;
  readonly #granted = new Map<string, Lease>();
  /** Ids of the leases that are waited for. */
  readonly #awaited = new Set<string>();
  #requested = 0;
  #sending = 0;
  #closed = false;
  /** End of the last wait for quota that the rate limiter announced, in milliseconds since the epoch; 0: none. */
  waitsUntil = 0;

  constructor(profile: string, limits: Limits) {
    this.#profile = profile;
    this.#limits = limits;
    setHandler(leaseGranted, async (lease) => {
      this.waitsUntil = 0;
      if (this.#awaited.has(lease.lease)) this.#granted.set(lease.lease, lease);
      // Cancelled while the grant was on its way, or requested before this workflow continued as new.
      else await this.return(lease);
    });
    setHandler(rateLimitWait, ({ until }) => {
      this.waitsUntil = until;
    });
  }

  /** Waits for a lease of up to this many requests; undefined if the client is closed meanwhile. */
  async lease(requests: number, tokensPerRequest: number): Promise<Lease | undefined> {
    const { workflowId: run, runId } = workflowInfo();
    const lease = `${runId}/${this.#requested++}`;
    const began = Date.now();
    this.#awaited.add(lease);
    try {
      const request = { lease, run, requests, tokensPerRequest, limits: this.#limits };
      const isOver = () => this.#granted.has(lease) || this.#closed;
      await this.#signal(leaseRequested, request);
      if (patched('leases-asked-again')) {
        for (let ms = ASK_AGAIN_MS.first; !(await condition(isOver, this.#waitMs(ms))); ) {
          await this.#signal(leaseRequested, request);
          ms = Math.min(2 * ms, ASK_AGAIN_MS.most);
        }
      } else await condition(isOver);
      const granted = this.#granted.get(lease);
      if (granted) this.#measureGrant(granted, Date.now() - began);
      return granted;
    } finally {
      this.#awaited.delete(lease);
      this.#granted.delete(lease);
    }
  }

  /** At least `ms`, and longer while the rate limiter has announced a wait. */
  #waitMs(ms: number): number {
    return ms + Math.max(0, this.waitsUntil - Date.now());
  }

  #measureGrant({ requests }: Lease, waitedMs: number): void {
    const profile = this.#profile;
    measure('hone_lease_wait_seconds', waitedMs / 1000, { profile });
    measure('hone_quota_requests', requests, { profile, state: 'leased' });
  }

  report(report: LeaseReport): Promise<void> {
    const profile = this.#profile;
    measure('hone_quota_requests', report.requests, { profile, state: 'sent' });
    measure('hone_quota_requests', report.rejected, { profile, state: 'rejected' });
    return this.#signal(leaseReported, report);
  }

  /** Returns an unused lease. */
  return({ lease }: Lease): Promise<void> {
    return this.report({ lease, requests: 0, tokens: 0, firstAgoMs: 0, lastAgoMs: 0, rejected: 0 });
  }

  /** Withdraws all requests for leases; `lease` then resolves to undefined. */
  async close(): Promise<void> {
    this.#closed = true;
    if (this.#awaited.size > 0) await this.#signal(leaseRequestsWithdrawn, workflowInfo().workflowId);
  }

  /** Resolves once the server has recorded all signals. */
  async settled(): Promise<void> {
    await condition(() => this.#sending === 0);
  }

  /** Signals the rate limiter, even while the run is being cancelled: a lease without a report counts for minutes. */
  async #signal<Args extends unknown[]>(signal: SignalDefinition<Args>, ...args: Args): Promise<void> {
    const workflowId = rateLimiterId(tenantOfQueue(workflowInfo().taskQueue), this.#profile);
    this.#sending++;
    try {
      await CancellationScope.nonCancellable(async () => {
        for (;;) {
          try {
            return await getExternalWorkflowHandle(workflowId).signal(signal, ...args);
          } catch (error) {
            if (isCancellation(error)) throw error;
          }
          await this.#start(workflowId);
        }
      });
    } finally {
      this.#sending--;
    }
  }

  async #start(workflowId: string): Promise<void> {
    try {
      await startChild<typeof rateLimiter>('rateLimiter', {
        workflowId,
        args: [{}],
        // All runs use it, so it outlives the run that happened to start it.
        parentClosePolicy: ParentClosePolicy.ABANDON,
        cancellationType: ChildWorkflowCancellationType.ABANDON,
      });
    } catch (error) {
      if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
    }
  }
}
