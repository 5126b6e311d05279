import type { StageProgress } from '../../contracts/progress.ts';
import type { RecordSpan } from '../../contracts/tracing.ts';
import { deviceEnvironment } from '../../devices/cuda-libraries.ts';
import { startChild } from '../../encoder/process/child.ts';
import type { Patience } from '../../encoder/process/watch-silence.ts';
import { fromWire } from '../../encoder/process/wire-error.ts';
import type { TrainJob, TrainOutcome } from '../train-job.ts';
import { trainingEnvironment } from './allocator.ts';
import type { TrainerReply, TrainerRequest } from './trainer-child.ts';

export type { TrainJob, TrainOutcome } from '../train-job.ts';

export interface TrainerHooks {
  /**
   * On abort the current step is finished and a checkpoint written, then the promise rejects with the signal's reason.
   * A process that has reported no step yet is killed.
   */
  readonly signal: AbortSignal;
  onProgress(progress: StageProgress): void;
  /** Called with each part of the training once it has ended. */
  onSpan?: RecordSpan | undefined;
  /** Called after a checkpoint was written to the checkpoint folder. */
  onCheckpoint?(): void;
  /** Called once with a function that tells the trainer how many seconds the store took for the last checkpoint. */
  onStarted?(tellStored: (seconds: number) => void): void;
  /** How long the process may report nothing. Default: `PATIENCE`. */
  readonly patience?: Patience | undefined;
}

/** Time for the last step and checkpoint of an aborted trainer, before it is killed. */
const GRACE_MS = 60_000;

/**
 * Runs `train` in a child process, which ends with this process.
 * @throws Fault what `train` throws; `exhausted` if the child crashes, is killed (most often, out of memory) or hangs.
 */
export async function runTrainer(
  job: TrainJob,
  { signal, onProgress, onSpan, onCheckpoint, onStarted, patience }: TrainerHooks,
): Promise<TrainOutcome> {
  signal.throwIfAborted();
  const child = startChild<TrainerRequest, TrainerReply>(
    new URL('./trainer-child', import.meta.url),
    'The training process',
    { env: trainingEnvironment(await deviceEnvironment(job.device)), patience },
  );
  let end: Extract<TrainerReply, { type: 'done' | 'stopped' | 'failed' }> | undefined;
  let hasSteps = false;
  child.onReply((message) => {
    if (message.type === 'progress') {
      hasSteps = true;
      onProgress(message.progress);
    } else if (message.type === 'span') onSpan?.(message.span);
    else if (message.type === 'checkpoint') onCheckpoint?.();
    else if (message.type !== 'measured') end = message;
  });
  let grace: NodeJS.Timeout | undefined;
  const stop = () => {
    // Tokenising a large dataset takes minutes, in which the process receives nothing; there is no step to keep.
    if (!hasSteps) return child.kill();
    child.send({ type: 'stop' });
    grace = setTimeout(() => child.kill(), GRACE_MS);
  };
  signal.addEventListener('abort', stop, { once: true });
  child.send({ type: 'train', job });
  onStarted?.((seconds) => child.send({ type: 'stored', seconds }));
  const died = await child.ended;
  signal.removeEventListener('abort', stop);
  clearTimeout(grace);
  if (end?.type === 'done') return end.outcome;
  if (end?.type === 'failed') throw fromWire(end.error);
  signal.throwIfAborted();
  throw died;
}
