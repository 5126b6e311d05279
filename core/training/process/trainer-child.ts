import { setImmediate } from 'node:timers/promises';
import type { StageProgress } from '../../contracts/progress.ts';
import { reply, serve } from '../../encoder/process/child-side.ts';
import { toWire, type WireError } from '../../encoder/process/wire-error.ts';
import { type Pilot, pilotTraining } from '../pilot.ts';
import { train } from '../train.ts';
import type { TrainJob, TrainOutcome } from '../train-job.ts';

/*
 * The process that trains; see run-trainer.ts for its parent.
 */
export type TrainerRequest =
  | { readonly type: 'train'; readonly job: TrainJob }
  | { readonly type: 'pilot'; readonly job: TrainJob }
  | { readonly type: 'stop' };
export type TrainerReply =
  | { readonly type: 'progress'; readonly progress: StageProgress }
  | { readonly type: 'checkpoint' }
  | { readonly type: 'done'; readonly outcome: TrainOutcome }
  | { readonly type: 'measured'; readonly pilot: Pilot }
  | { readonly type: 'stopped' }
  | { readonly type: 'failed'; readonly error: WireError };

const PROGRESS_EVERY_MS = 100;
let stop = false;

async function run(job: TrainJob): Promise<TrainerReply> {
  let reported = 0;
  const outcome = await train(job, {
    onProgress(progress) {
      if (progress.done < progress.total && Date.now() - reported < PROGRESS_EVERY_MS) return;
      reported = Date.now();
      void reply({ type: 'progress', progress } satisfies TrainerReply);
    },
    onCheckpoint: () => void reply({ type: 'checkpoint' } satisfies TrainerReply),
    async stopping() {
      // Messages, and the parent's end, are heard only when the thread is free.
      await setImmediate();
      return stop;
    },
  });
  return outcome ? { type: 'done', outcome } : { type: 'stopped' };
}

async function measure(job: TrainJob): Promise<TrainerReply> {
  const pilot = await pilotTraining(
    job,
    (progress) => void reply({ type: 'progress', progress } satisfies TrainerReply),
  );
  return { type: 'measured', pilot };
}

serve<TrainerRequest>(async (request) => {
  if (request.type === 'stop') {
    stop = true;
    return;
  }
  const work = request.type === 'train' ? run : measure;
  await reply(await work(request.job).catch((error): TrainerReply => ({ type: 'failed', error: toWire(error) })));
  process.exit(0);
});
