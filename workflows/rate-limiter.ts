import {
  condition,
  continueAsNew,
  getExternalWorkflowHandle,
  patched,
  setHandler,
  setWorkflowOptions,
  workflowInfo,
} from '@temporalio/workflow';
import { FairQueue, type FairQueueState, type Grant } from '../core/rate-limit/fair-queue.ts';
import { leaseGranted, leaseReported, leaseRequested, leaseRequestsWithdrawn, rateLimitWait } from './messages.ts';
import { isHistoryFull } from './run/history-limit.ts';

/** A rate limiter without signals for this long completes; the next run that needs one starts it again. */
const IDLE_MS = 10 * 60_000;
/** Shorter waits are not announced. */
const LONG_WAIT_MS = 5000;

export interface RateLimiterInput {
  /** Carried over from before continuing as new. */
  queue?: FairQueueState;
  /** Events after which it continues as new; default: see `isHistoryFull`. */
  historyEvents?: number | undefined;
}

/**
 * Keeps the whole fleet within the limits of one profile: runs ask it for leases and report how these were used. It
 * knows no secret and no endpoint; how it decides is in core/rate-limit.
 */
export async function rateLimiter({ queue: before, historyEvents }: RateLimiterInput): Promise<void> {
  const queue = new FairQueue(before);
  /** Counts what may change the next decision. */
  let changes = 0;
  /** Grants on their way. */
  let granting = 0;
  /** The last long wait that was announced, and to which runs. */
  let announced = { until: 0, runs: new Set<string>() };
  /** A cluster may give the workflow to a machine whose clock is behind, and any clock may be set. */
  const readClock = (): number => {
    const now = Date.now();
    if (queue.wasSetBack(now) && patched('clock-set-back')) queue.setBack(now);
    return now;
  };
  setHandler(leaseRequested, (request) => {
    queue.add(request);
    changes++;
  });
  setHandler(leaseReported, (report) => {
    queue.report(report, readClock());
    changes++;
  });
  setHandler(leaseRequestsWithdrawn, (run) => {
    queue.withdraw(run);
    changes++;
  });

  const grant = async ({ run, lease }: Grant) => {
    granting++;
    try {
      await getExternalWorkflowHandle(run).signal(leaseGranted, lease);
    } catch {
      // The run has ended: its lease is returned unused.
      const unused = { requests: 0, tokens: 0, firstAgoMs: 0, lastAgoMs: 0, rejected: 0 };
      queue.withdraw(run);
      queue.report({ lease: lease.lease, ...unused }, readClock());
      changes++;
    } finally {
      granting--;
    }
  };

  const announceWait = (until: number) => {
    if (until - Date.now() < LONG_WAIT_MS) return;
    if (Math.abs(until - announced.until) > LONG_WAIT_MS) announced = { until, runs: new Set() };
    for (const run of queue.waitingRuns.filter((run) => !announced.runs.has(run))) {
      announced.runs.add(run);
      getExternalWorkflowHandle(run)
        .signal(rateLimitWait, { until })
        .catch(() => {});
    }
  };

  for (;;) {
    const next = queue.next(readClock());
    if (next && 'lease' in next) {
      void grant(next);
      continue;
    }
    if (isHistoryFull(historyEvents)) {
      // Grants must have been sent. Signals that arrive after this are part of the next history.
      await condition(() => granting === 0);
      return continueAsNew<typeof rateLimiter>({ queue: queue.state, historyEvents });
    }
    if (next) announceWait(next.at);
    const seen = changes;
    const changed = await condition(() => changes !== seen, next ? Math.max(1, next.at - Date.now()) : IDLE_MS);
    if (!changed && !next && granting === 0) return;
  }
}

// It never ends while runs need it, and so would keep its first version of the workers for ever.
// The server takes a behaviour from workers of a deployment alone.
setWorkflowOptions(
  () => (workflowInfo().currentDeploymentVersion?.deploymentName ? { versioningBehavior: 'AUTO_UPGRADE' } : {}),
  rateLimiter,
);
