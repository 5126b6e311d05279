import { z } from 'zod';
import { Fault } from '../../core/contracts/fault.ts';
import { CheckpointUploads } from '../../core/training/checkpoints/checkpoint-uploads.ts';
import { StoredCheckpoint, type StoredCheckpoints } from '../../core/training/checkpoints/stored-checkpoints.ts';
import { runTrainer, type TrainJob, type TrainOutcome } from '../../core/training/process/run-trainer.ts';
import type { StepContext } from '../runtime/context.ts';

/** What one attempt leaves to the next, besides what lies in the store. */
const Remembered = z.object({
  /** The newest checkpoint, even where the pointer to it has not moved. */
  checkpoint: StoredCheckpoint.optional(),
  /** Attempts in a row that ran out of memory or disk and left no checkpoint. */
  barren: z.number().int(),
});
type Remembered = z.infer<typeof Remembered>;

/** So many of them, and a person should hear of it. */
const BARREN_ATTEMPTS = 3;

/** Long enough for whatever took the memory to be gone. */
const RETRY_AFTER_MS = 2_000;

/**
 * Runs the trainer from the newest checkpoint in the store, and stores its checkpoints while it goes on.
 * @throws what the trainer throws; `Superseded` if another attempt has taken over.
 */
export async function trainDurably(
  { signal, progress, remembered, remember }: StepContext,
  checkpoints: StoredCheckpoints,
  job: TrainJob,
): Promise<TrainOutcome> {
  const before = Remembered.safeParse(remembered).data ?? { barren: 0 };
  await checkpoints.claim();
  await checkpoints.fetch(job.checkpointFolder, before.checkpoint);

  const superseded = new AbortController();
  let notStored = '';
  let newest: StoredCheckpoint | undefined;
  const uploads = new CheckpointUploads(job.checkpointFolder, checkpoints, {
    onStored(checkpoint) {
      notStored = '';
      newest = checkpoint;
      remember({ checkpoint, barren: 0 } satisfies Remembered);
    },
    onFailed() {
      notStored = ' · the store takes no checkpoints';
    },
    onSuperseded: (error) => superseded.abort(error),
  });
  try {
    return await runTrainer(job, {
      signal: AbortSignal.any([signal, superseded.signal]),
      onProgress: (figures) =>
        progress(notStored ? { ...figures, note: `${figures.note ?? ''}${notStored}` } : figures),
      onCheckpoint: () => uploads.wake(),
    });
  } catch (error) {
    // What a cancelled or interrupted training goes on from was written a moment ago.
    uploads.wake();
    await uploads.settled();
    if (!(error instanceof Fault && error.kind === 'exhausted')) throw error;
    const barren = newest ? 0 : before.barren + 1;
    remember({ ...(newest ? { checkpoint: newest } : before), barren } satisfies Remembered);
    throw barren < BARREN_ATTEMPTS ? again(error) : error;
  } finally {
    await uploads.settled();
  }
}

/** A trainer that is killed now and then gets on all the same, and need not wait longer every time. */
function again({ message, advice, details, cause }: Fault): Fault {
  return new Fault('unavailable', message, advice, { details, cause, retryAfterMs: RETRY_AFTER_MS });
}
