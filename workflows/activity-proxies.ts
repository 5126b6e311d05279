import { ActivityCancellationType, proxyActivities, proxyLocalActivities } from '@temporalio/workflow';
import type { Activities } from '../activities/index.ts';
import type { LocalActivities } from '../activities/runtime/local-activities.ts';

// Attempts are unlimited: a run outlives any number of crashes, and what no retry can mend is thrown as non-retryable
// by the activity itself. A minute between tries at most, so that a run is under way soon after its cause is mended.
const retry = { initialInterval: '1s', backoffCoefficient: 2, maximumInterval: '1m' } as const;

/*
 * A step that is paused or cancelled counts as stopped when it has said so itself: its checkpoint is then written, its
 * slot free, and what it was paid for kept. One whose worker is gone counts as stopped at its heartbeat time-out.
 */
const cancellationType = ActivityCancellationType.WAIT_CANCELLATION_COMPLETED;

/** Everything that needs no accelerator and no LLM. */
export const cpu = proxyActivities<Activities>({
  taskQueue: 'hone-cpu',
  // A large corpus or a slow download may take hours; a day says that something is wrong.
  startToCloseTimeout: '1d',
  // Heartbeats come every few seconds; a minute without one is a dead worker.
  heartbeatTimeout: '1m',
  cancellationType,
  retry,
});

/** Looks through the ledger, before and after a language model is asked. */
export const ledger = proxyActivities<Pick<Activities, 'planQuestions' | 'collectQuestions' | 'estimateQuestions'>>({
  taskQueue: 'hone-llm',
  // A million entries in a distant store take hours; a day says that something is wrong.
  startToCloseTimeout: '1d',
  heartbeatTimeout: '1m',
  cancellationType,
  retry,
});

/** What asks a language model. */
export const llm = proxyActivities<Pick<Activities, 'askChunks'>>({
  taskQueue: 'hone-llm',
  // Twenty seconds of sending (core/rate-limit/lease-pacer.ts), then answers that may take five minutes each.
  startToCloseTimeout: '10m',
  // Longer than a batch goes on sending without a word from the server, see there.
  heartbeatTimeout: '30s',
  cancellationType,
  // A lease is for one attempt: the next needs another, which the workflow asks for.
  retry: { maximumAttempts: 1 },
});

/** What sends, watches and fetches the batches of the Batch API. */
export const batchApi = proxyActivities<Pick<Activities, 'submitBatchJobs' | 'pollBatchJobs' | 'receiveBatchJobs'>>({
  taskQueue: 'hone-llm',
  // Several files of 200 MB may go up or down a slow line.
  startToCloseTimeout: '6h',
  heartbeatTimeout: '1m',
  cancellationType,
  retry,
});

/** What a cancelled run still does. */
export const batchCancel = proxyActivities<Pick<Activities, 'cancelBatchJobs'>>({
  taskQueue: 'hone-llm',
  // Whoever cancels a run is waiting for it to end.
  scheduleToCloseTimeout: '1m',
  retry,
});

/** What trains; one at a time on a worker. */
export const gpu = proxyActivities<Pick<Activities, 'train'>>({
  taskQueue: 'hone-gpu',
  // The longest training run we would let live.
  startToCloseTimeout: '30d',
  // They come every second, and whoever notices a death late trains late. A mistake costs little: told with its next
  // heartbeat that it is given up, an attempt stores a checkpoint, from which the next goes on.
  heartbeatTimeout: '5s',
  cancellationType,
  // A machine that dies often, as spot machines do, must not make each next one wait longer.
  retry: { ...retry, maximumInterval: '2s' },
});

/** What the worker that serves the workflow itself answers, within the workflow's task. */
export const own = proxyLocalActivities<LocalActivities>({
  // The first is answered from memory, the second by one call to the server, which may be restarting.
  startToCloseTimeout: '10s',
  retry: { ...retry, maximumInterval: '10s' },
});

/** What tries the first steps of training, if what trains is free soon: nobody waits for an estimate until a training is over. */
export const gpuIfFree = proxyActivities<Pick<Activities, 'estimateTraining'>>({
  taskQueue: 'hone-gpu',
  scheduleToStartTimeout: '30s',
  startToCloseTimeout: '1h',
  heartbeatTimeout: '30s',
  retry,
});
