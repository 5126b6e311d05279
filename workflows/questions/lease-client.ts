import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import {
  CancellationScope,
  ChildWorkflowCancellationType,
  condition,
  getExternalWorkflowHandle,
  isCancellation,
  ParentClosePolicy,
  type SignalDefinition,
  setHandler,
  startChild,
  workflowInfo,
} from '@temporalio/workflow';
import type { Lease, LeaseReport, Limits } from '../../core/contracts/rate-limit.ts';
import { leaseGranted, leaseReported, leaseRequested, leaseRequestsWithdrawn, rateLimitWait } from '../messages.ts';
import type { rateLimiter } from '../rate-limiter.ts';

/** Where a run gets its leases: speaks with the profile's rateLimiter, and starts it if there is none. */
export class LeaseClient {
  readonly #profile: string;
  readonly #limits: Limits;
  readonly #granted = new Map<string, Lease>();
  readonly #awaited = new Set<string>();
  #asked = 0;
  #sending = 0;
  #closed = false;
  /** When the wait for quota that was last heard of ends. */
  waitsUntil = 0;

  constructor(profile: string, limits: Limits) {
    this.#profile = profile;
    this.#limits = limits;
    setHandler(leaseGranted, async (lease) => {
      this.waitsUntil = 0;
      if (this.#awaited.has(lease.lease)) this.#granted.set(lease.lease, lease);
      // Nobody waits for it any more: withdrawn while it was under way, or asked for before this history began.
      else await this.return(lease);
    });
    setHandler(rateLimitWait, ({ until }) => {
      this.waitsUntil = until;
    });
  }

  /** Waits for leave to send up to so many requests; undefined once the desk is closed. */
  async lease(requests: number, tokensPerRequest: number): Promise<Lease | undefined> {
    const { workflowId: run, runId } = workflowInfo();
    const lease = `${runId}/${this.#asked++}`;
    this.#awaited.add(lease);
    try {
      await this.#tell(leaseRequested, { lease, run, requests, tokensPerRequest, limits: this.#limits });
      await condition(() => this.#granted.has(lease) || this.#closed);
      return this.#granted.get(lease);
    } finally {
      this.#awaited.delete(lease);
      this.#granted.delete(lease);
    }
  }

  report(report: LeaseReport): Promise<void> {
    return this.#tell(leaseReported, report);
  }

  /** Gives an unused lease back. */
  return({ lease }: Lease): Promise<void> {
    return this.report({ lease, requests: 0, tokens: 0, firstAgoMs: 0, lastAgoMs: 0, rejected: 0 });
  }

  /** Nothing more is wanted: whoever waits for a lease goes without. */
  async close(): Promise<void> {
    this.#closed = true;
    if (this.#awaited.size > 0) await this.#tell(leaseRequestsWithdrawn, workflowInfo().workflowId);
  }

  /** Resolves once everything said has arrived. */
  async settled(): Promise<void> {
    await condition(() => this.#sending === 0);
  }

  /** What is said must arrive even as the run is cancelled, or its leases would count for minutes. */
  async #tell<Args extends unknown[]>(signal: SignalDefinition<Args>, ...args: Args): Promise<void> {
    const workflowId = `hone-rate-limiter/${this.#profile}`;
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
        // It is everybody's, and outlives the run that happened to need it first.
        parentClosePolicy: ParentClosePolicy.ABANDON,
        cancellationType: ChildWorkflowCancellationType.ABANDON,
      });
    } catch (error) {
      if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
    }
  }
}
