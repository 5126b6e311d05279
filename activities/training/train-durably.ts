import { AsyncResource } from 'node:async_hooks';
import { z } from 'zod';
import { Fault } from '../../core/contracts/fault.ts';
import type { Measure } from '../../core/contracts/metrics.ts';
import type { StageProgress } from '../../core/contracts/progress.ts';
import { inSpan } from '../../core/telemetry/spans.ts';
import { CheckpointUploads } from '../../core/training/checkpoints/checkpoint-uploads.ts';
import { StoredCheckpoint, type StoredCheckpoints } from '../../core/training/checkpoints/stored-checkpoints.ts';
import {
  runTrainer,
  type TrainerHooks,
  type TrainJob,
  type TrainOutcome,
} from '../../core/training/process/run-trainer.ts';
import type { StepContext } from '../runtime/context.ts';

/** What an attempt passes on to the next one with its heartbeats, besides the checkpoints in the store. */
const Remembered = z.object({
  /** The newest uploaded checkpoint; the pointer in the store may not name it yet. */
  checkpoint: StoredCheckpoint.optional(),
  /** Consecutive attempts that ran out of memory or disk without storing a checkpoint. */
  consecutiveFailures: z.number().int(),
});
type Remembered = z.infer<typeof Remembered>;

/** After this many of them the run fails, and a person has to look. */
const MAX_CONSECUTIVE_FAILURES = 3;

/** Long enough that whatever took the memory may have ended. */
const RETRY_AFTER_MS = 2_000;

/**
 * Runs the trainer from the newest checkpoint in the store, and uploads its checkpoints while it trains.
 * Running out of memory or disk is retried for as long as attempts store checkpoints in between.
 * @throws Fault of the trainer; `Superseded` if another attempt has taken over.
 */
export async function trainDurably(
  { signal, progress, remembered, remember, measure, recordSpan }: StepContext,
  checkpoints: StoredCheckpoints,
  job: TrainJob,
): Promise<TrainOutcome> {
  const before = Remembered.safeParse(remembered).data ?? { consecutiveFailures: 0 };
  await checkpoints.claim();
  await checkpoints.fetch(job.checkpointFolder, before.checkpoint);

  const superseded = new AbortController();
  const { checkpointEverySeconds = 60 } = job;
  let hasFailed = false;
  let storeSeconds = 0;
  let tellStored: (seconds: number) => void = () => {};
  let newest: StoredCheckpoint | undefined;
  const uploads = new CheckpointUploads(job.checkpointFolder, checkpoints, {
    onStored(checkpoint, seconds) {
      hasFailed = false;
      storeSeconds = seconds;
      tellStored(seconds);
      newest = checkpoint;
      measure('hone_checkpoint_stored_timestamp_seconds', Date.now() / 1000);
      measure('hone_checkpoint_seconds', seconds);
      remember({ checkpoint, consecutiveFailures: 0 } satisfies Remembered);
    },
    onFailed() {
      measure('hone_checkpoint_failures', 1);
      hasFailed = true;
    },
    onSuperseded: (error) => superseded.abort(error),
  });
  measure('hone_training_active', 1);
  measure('hone_checkpoint_stored_timestamp_seconds', Date.now() / 1000);
  const note = () => {
    if (hasFailed) return 'checkpoints cannot be stored';
    return describeSlowStore(uploads.uploadingForS, storeSeconds, checkpointEverySeconds);
  };
  try {
    const run = (hooks: TrainerHooks) =>
      // Messages of the process come outside of its span.
      inSpan('trainer', {}, () => runTrainer(job, { ...hooks, onSpan: AsyncResource.bind(recordSpan) }));
    return await run({
      signal: AbortSignal.any([signal, superseded.signal]),
      onProgress: (figures) => {
        measureTraining(measure, figures);
        const notes = [figures.note, note()].filter(Boolean);
        progress(notes.length > 0 ? { ...figures, note: notes.join(' · ') } : figures);
      },
      onStarted(tell) {
        tellStored = tell;
      },
      onCheckpoint: () => uploads.wake(),
    });
  } catch (error) {
    // A cancelled or interrupted trainer has just written its last checkpoint.
    uploads.wake();
    await uploads.settled();
    if (!(error instanceof Fault && error.kind === 'exhausted')) throw error;
    const consecutiveFailures = newest ? 0 : before.consecutiveFailures + 1;
    remember({ ...(newest ? { checkpoint: newest } : before), consecutiveFailures } satisfies Remembered);
    throw consecutiveFailures < MAX_CONSECUTIVE_FAILURES ? retryable(error) : error.with({ final: true });
  } finally {
    measure('hone_training_active', 0);
    await uploads.settled();
  }
}

function measureTraining(measure: Measure, { done, total, rate, training }: StageProgress): void {
  measure('hone_training_steps', done);
  measure('hone_training_steps_planned', total);
  if (rate !== undefined) measure('hone_training_pairs_per_second', rate);
  if (!training) return;
  measure('hone_training_loss', training.loss);
  measure('hone_training_gradient_norm', training.gradientNorm);
}

/**
 * What to tell people of a store that takes longer for a checkpoint than is between two; undefined if it does not.
 * @param uploadingS Seconds of the upload that is under way.
 * @param lastS Seconds of the last one.
 */
export function describeSlowStore(uploadingS: number, lastS: number, everyS: number): string | undefined {
  if (uploadingS > Math.max(everyS, lastS)) return `storing a checkpoint for ${Math.round(uploadingS)} s`;
  if (lastS > everyS) return `checkpoints every ${Math.ceil(lastS)} s, as the store takes that long`;
  return undefined;
}

/** `unavailable` instead of `exhausted`: retried without limit, and always after the same short delay. */
function retryable(fault: Fault): Fault {
  return fault.with({ kind: 'unavailable', retryAfterMs: RETRY_AFTER_MS });
}
