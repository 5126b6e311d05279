import { condition, continueAsNew, getExternalWorkflowHandle, setHandler } from '@temporalio/workflow';
import { FairQueue, type FairQueueState, type Grant } from '../core/rate-limit/fair-queue.ts';
import { leaseGranted, leaseReported, leaseRequested, leaseRequestsWithdrawn, rateLimitWait } from './messages.ts';
import { isHistoryFull } from './run/history-limit.ts';

/** A rateLimiter that nobody has asked for so long ends; the next to ask starts it again. */
const IDLE_MS = 10 * 60_000;
/** A wait shorter than this is not worth a message. */
const LONG_WAIT_MS = 5000;

export interface RateLimiterInput {
  /** What the line was when the history before this one ended. */
  line?: FairQueueState;
  historyEvents?: number;
}

/**
 * Holds the limits of one profile for the whole fleet: whoever wants to send requests asks here for a lease, and reports
 * how it was used. It keeps no secret and knows no endpoint; it counts.
 */
export async function rateLimiter({ line: before, historyEvents }: RateLimiterInput): Promise<void> {
  const line = new FairQueue(before);
  let news = 0;
  let granting = 0;
  /** Whom the wait was told to that ends so late. */
  let told = { until: 0, runs: new Set<string>() };
  setHandler(leaseRequested, (ask) => {
    line.add(ask);
    news++;
  });
  setHandler(leaseReported, (report) => {
    line.report(report, Date.now());
    news++;
  });
  setHandler(leaseRequestsWithdrawn, (run) => {
    line.withdraw(run);
    news++;
  });

  /** One that has ended meanwhile has no use for its lease. */
  const grant = async ({ run, lease }: Grant) => {
    granting++;
    try {
      await getExternalWorkflowHandle(run).signal(leaseGranted, lease);
    } catch {
      line.withdraw(run);
      line.report({ lease: lease.lease, requests: 0, tokens: 0, firstAgoMs: 0, lastAgoMs: 0, rejected: 0 }, Date.now());
      news++;
    } finally {
      granting--;
    }
  };

  const tell = (until: number) => {
    if (until - Date.now() < LONG_WAIT_MS) return;
    if (Math.abs(until - told.until) > LONG_WAIT_MS) told = { until, runs: new Set() };
    for (const run of line.waitingRuns.filter((run) => !told.runs.has(run))) {
      told.runs.add(run);
      getExternalWorkflowHandle(run)
        .signal(rateLimitWait, { until })
        .catch(() => {});
    }
  };

  for (;;) {
    const next = line.next(Date.now());
    if (next && 'lease' in next) {
      void grant(next);
      continue;
    }
    if (isHistoryFull(historyEvents)) {
      // What has been granted must have left; what arrives after this is in the next history's first task.
      await condition(() => granting === 0);
      return continueAsNew<typeof rateLimiter>({ line: line.state, ...(historyEvents && { historyEvents }) });
    }
    if (next) tell(next.at);
    const seen = news;
    const heard = await condition(() => news !== seen, next ? Math.max(1, next.at - Date.now()) : IDLE_MS);
    if (!heard && !next && granting === 0) return;
  }
}
