import { ActivityCancellationType, proxyActivities } from '@temporalio/workflow';
import type { Activities } from '../core/contracts/activities.ts';

// Attempts are unlimited: a run outlives any number of crashes, and what no retry can mend is thrown as non-retryable
// by the activity itself. A minute between tries at most, so that a run is under way soon after its cause is mended.
const retry = { initialInterval: '1s', backoffCoefficient: 2, maximumInterval: '1m' } as const;

/** Everything that needs no accelerator and no LLM. */
export const cpu = proxyActivities<Activities>({
  taskQueue: 'hone-cpu',
  // A large corpus or a slow download may take hours; a day says that something is wrong.
  startToCloseTimeout: '1d',
  // Heartbeats come every few seconds; a minute without one is a dead worker.
  heartbeatTimeout: '1m',
  retry,
});

/** What asks a language model. */
export const llm = proxyActivities<Pick<Activities, 'ask'>>({
  taskQueue: 'hone-llm',
  // Days of questions under a small quota are legitimate.
  startToCloseTimeout: '7d',
  heartbeatTimeout: '1m',
  retry,
});

/** What trains; one at a time on a worker. */
export const gpu = proxyActivities<Pick<Activities, 'train'>>({
  taskQueue: 'hone-gpu',
  // The longest training run we would let live.
  startToCloseTimeout: '30d',
  // Nothing else blocks a training worker, so half a minute of silence is a death; the sooner training goes on.
  heartbeatTimeout: '30s',
  // A cancelled run must have written its checkpoint before it counts as ended.
  cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
  retry,
});
