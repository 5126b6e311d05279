import { ActivityCancellationType, proxyActivities, proxyLocalActivities, workflowInfo } from '@temporalio/workflow';
import type { Activities } from '../activities/index.ts';
import type { LocalActivities } from '../activities/runtime/local-activities.ts';
import type { QueueName } from '../core/contracts/task-queues.ts';
import { taskQueuesOf, tenantOfQueue } from '../core/contracts/tenant.ts';

// Attempts are unlimited: a run outlives any number of crashes, and an activity throws what no retry can solve as
// non-retryable. At most a minute between attempts, so that a run continues soon after the cause is gone.
const retry = { initialInterval: '1s', backoffCoefficient: 2, maximumInterval: '1m' } as const;

// A paused or cancelled step counts as stopped when the activity has confirmed it: then its checkpoint is written, its
// slot is free, and paid answers are stored. If its worker is dead, it counts as stopped at the heartbeat time-out.
const cancellationType = ActivityCancellationType.WAIT_CANCELLATION_COMPLETED;

/**
 * A task queue of the tenant that the workflow belongs to: its steps never go to workers of another one. The options
 * below ask when an activity is scheduled, as they are shared by all workflows of a worker.
 */
function ownQueue(queue: QueueName): string {
  return taskQueuesOf(tenantOfQueue(workflowInfo().taskQueue))[queue];
}

/** Activities that need neither an accelerator nor a language model. */
export const cpu = proxyActivities<Activities>({
  get taskQueue() {
    return ownQueue('cpu');
  },
  // A large corpus or a slow download may take hours; after a day something is wrong.
  startToCloseTimeout: '1d',
  // Heartbeats are sent every second; a minute without one means that the worker is dead.
  heartbeatTimeout: '1m',
  cancellationType,
  retry,
});

type LedgerActivities =
  | 'planQuestions'
  | 'planPilot'
  | 'collectQuestions'
  | 'estimateQuestions'
  | 'storeBacklog'
  | 'readBacklog';

/** Activities around asking a language model: they read the ledger before and after it, and keep lists in the store. */
export const ledger = proxyActivities<Pick<Activities, LedgerActivities>>({
  get taskQueue() {
    return ownQueue('llm');
  },
  // A million entries in a remote store take hours; after a day something is wrong.
  startToCloseTimeout: '1d',
  heartbeatTimeout: '1m',
  cancellationType,
  retry,
});

/** The activity that asks a language model. */
export const llm = proxyActivities<Pick<Activities, 'askChunks'>>({
  get taskQueue() {
    return ownQueue('llm');
  },
  // Requests are sent for 20 s (core/questions/asking/lease-pacer.ts); an answer may take up to five minutes.
  startToCloseTimeout: '10m',
  // Invariant: longer than the activity sends requests without a response from the Temporal server (lease-pacer.ts).
  heartbeatTimeout: '30s',
  cancellationType,
  // A lease is valid for one attempt. The workflow requests another lease for the next one.
  retry: { maximumAttempts: 1 },
});

/** Activities that submit, poll and receive Batch API jobs. */
export const batchApi = proxyActivities<Pick<Activities, 'submitBatchJobs' | 'pollBatchJobs' | 'receiveBatchJobs'>>({
  get taskQueue() {
    return ownQueue('llm');
  },
  // Several files of 200 MB may be transferred over a slow line.
  startToCloseTimeout: '6h',
  heartbeatTimeout: '1m',
  cancellationType,
  retry,
});

/** The activity that cancels the Batch API jobs of a cancelled run. */
export const batchCancel = proxyActivities<Pick<Activities, 'cancelBatchJobs'>>({
  get taskQueue() {
    return ownQueue('llm');
  },
  // A person who cancels a run waits for it to end.
  scheduleToCloseTimeout: '1m',
  retry,
});

/** The activity that counts what a run has paid that does not come to the end of asking. */
export const bill = proxyActivities<Pick<Activities, 'spendingFor'>>({
  get taskQueue() {
    return ownQueue('llm');
  },
  // A person who cancels a run waits for it to end.
  scheduleToCloseTimeout: '1m',
  retry,
});

/** The activities that train; a worker runs one at a time. */
export const gpu = proxyActivities<Pick<Activities, 'train' | 'runTrial'>>({
  get taskQueue() {
    return ownQueue('gpu');
  },
  // Longer than any training that we expect.
  startToCloseTimeout: '30d',
  // Heartbeats are sent every second. A short time-out means that a dead worker is replaced soon. A worker that was
  // only slow loses little: its next heartbeat says that the attempt has timed out, it stores a checkpoint, and the
  // next attempt continues from there.
  heartbeatTimeout: '5s',
  cancellationType,
  // A worker that dies often, such as a spot instance, must not make each next attempt wait longer.
  retry: { ...retry, maximumInterval: '2s' },
});

/** Activities that the worker of the workflow itself runs, within the workflow task. */
export const local = proxyLocalActivities<LocalActivities>({
  // The first one answers from memory; the second makes one call to the server, which may be restarting.
  startToCloseTimeout: '10s',
  retry: { ...retry, maximumInterval: '10s' },
});

/** The activity that measures the first training steps, if a worker that trains is free. */
export const gpuIfFree = proxyActivities<Pick<Activities, 'estimateTraining'>>({
  get taskQueue() {
    return ownQueue('gpu');
  },
  // An estimate does not wait for a training to end; without a free worker, it is made without a measurement.
  scheduleToStartTimeout: '30s',
  // A few steps of a large model on a slow CPU, and the download of the model.
  startToCloseTimeout: '1h',
  heartbeatTimeout: '30s',
  retry,
});
