import type { StageProgress } from '../../contracts/progress.ts';
import { startChild } from '../../encoder/process/child.ts';
import { fromWire } from '../../encoder/process/wire-error.ts';
import type { Pilot } from '../pilot.ts';
import type { TrainJob } from '../train-job.ts';
import { trainingEnvironment } from './allocator.ts';
import type { TrainerReply, TrainerRequest } from './trainer-child.ts';

export interface PilotHooks {
  /** On abort the child is ended and the promise rejects with the signal's reason. */
  readonly signal: AbortSignal;
  onProgress(progress: StageProgress): void;
}

/**
 * `pilotTraining` in a process like the one that trains, so that its memory and speed are that one's; it ends with this one.
 * @throws Fault what `pilotTraining` throws; `exhausted` if the child is killed (out of memory, most often) or crashes.
 */
export async function runPilot(job: TrainJob, { signal, onProgress }: PilotHooks): Promise<Pilot> {
  signal.throwIfAborted();
  const child = startChild<TrainerRequest, TrainerReply>(
    new URL('./trainer-child', import.meta.url),
    'The training process',
    trainingEnvironment(),
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
  if (end?.type === 'measured') return end.pilot;
  if (end?.type === 'failed') throw fromWire(end.error);
  signal.throwIfAborted();
  throw died;
}
