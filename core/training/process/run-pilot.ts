import type { StageProgress } from '../../contracts/progress.ts';
import { deviceEnvironment } from '../../devices/cuda-libraries.ts';
import { startChild } from '../../encoder/process/child.ts';
import { fromWire } from '../../encoder/process/wire-error.ts';
import type { PilotMeasurement } from '../pilot.ts';
import type { TrainJob } from '../train-job.ts';
import { trainingEnvironment } from './allocator.ts';
import type { TrainerReply, TrainerRequest } from './trainer-child.ts';

export interface PilotHooks {
  /** On abort the child process is killed and the promise rejects with the signal's reason. */
  readonly signal: AbortSignal;
  onProgress(progress: StageProgress): void;
}

/**
 * Runs `measurePilot` in a child process with the environment of the trainer, so that its memory and throughput are
 * those of training. The child ends with this process.
 * @throws Fault what `measurePilot` throws; `exhausted` if the child crashes or is killed (most often, out of memory).
 */
export async function runPilot(job: TrainJob, { signal, onProgress }: PilotHooks): Promise<PilotMeasurement> {
  signal.throwIfAborted();
  const child = startChild<TrainerRequest, TrainerReply>(
    new URL('./trainer-child', import.meta.url),
    'The training process',
    { env: trainingEnvironment(await deviceEnvironment(job.device)) },
  );
  let end: Extract<TrainerReply, { type: 'measured' | 'failed' }> | undefined;
  child.onReply((message) => {
    if (message.type === 'progress') onProgress(message.progress);
    else if (message.type === 'measured' || message.type === 'failed') end = message;
  });
  signal.addEventListener('abort', child.kill, { once: true });
  child.send({ type: 'pilot', job });
  const died = await child.ended;
  signal.removeEventListener('abort', child.kill);
  if (end?.type === 'measured') return end.measurement;
  if (end?.type === 'failed') throw fromWire(end.error);
  signal.throwIfAborted();
  throw died;
}
