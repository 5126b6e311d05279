import { setImmediate } from 'node:timers/promises';
import type { StageProgress } from '../../contracts/progress.ts';
import type { FinishedSpan } from '../../contracts/tracing.ts';
import { reply, serve } from '../../encoder/process/child-side.ts';
import { toWire, type WireError } from '../../encoder/process/wire-error.ts';
import { measurePilot, type PilotMeasurement } from '../pilot.ts';
import { train } from '../train.ts';
import type { TrainJob, TrainOutcome } from '../train-job.ts';

/*
 * The process that trains, or measures a pilot. Its parent is in run-trainer.ts and run-pilot.ts.
 */
export type TrainerRequest =
  | { readonly type: 'train'; readonly job: TrainJob }
  | { readonly type: 'pilot'; readonly job: TrainJob }
  | { readonly type: 'stop' }
  /** What the store took for the last checkpoint. */
  | { readonly type: 'stored'; readonly seconds: number };
export type TrainerReply =
  | { readonly type: 'progress'; readonly progress: StageProgress }
  | { readonly type: 'checkpoint' }
  | { readonly type: 'span'; readonly span: FinishedSpan }
  | { readonly type: 'done'; readonly outcome: TrainOutcome }
  | { readonly type: 'measured'; readonly measurement: PilotMeasurement }
  | { readonly type: 'stopped' }
  | { readonly type: 'failed'; readonly error: WireError };

/** Progress of a step sooner than this after the last report is not sent. */
const PROGRESS_EVERY_MS = 100;
let stop = false;
let storeSeconds = 0;

async function runTraining(job: TrainJob): Promise<TrainerReply> {
  let reported = Number.NEGATIVE_INFINITY;
  let phase = { name: 'prepare', beginMs: Date.now() };
  const endPhase = (next = '') => {
    const endMs = Date.now();
    void reply({ type: 'span', span: { ...phase, endMs } } satisfies TrainerReply);
    phase = { name: next, beginMs: endMs };
  };
  const outcome = await train(job, {
    onProgress(progress) {
      // By a clock that is not set back: a process that reports nothing counts as hung.
      const now = performance.now();
      if (progress.done < progress.total && now - reported < PROGRESS_EVERY_MS) return;
      reported = now;
      void reply({ type: 'progress', progress } satisfies TrainerReply);
    },
    onPhase: endPhase,
    onCheckpoint: () => void reply({ type: 'checkpoint' } satisfies TrainerReply),
    async stopping() {
      // Steps block the thread: only here are messages received, and the end of the parent noticed.
      await setImmediate();
      return stop;
    },
    storeSeconds: () => storeSeconds,
  });
  endPhase();
  return outcome ? { type: 'done', outcome } : { type: 'stopped' };
}

async function runPilot(job: TrainJob): Promise<TrainerReply> {
  const measurement = await measurePilot(
    job,
    (progress) => void reply({ type: 'progress', progress } satisfies TrainerReply),
  );
  return { type: 'measured', measurement };
}

serve<TrainerRequest>(async (request) => {
  if (request.type === 'stop') {
    stop = true;
    return;
  }
  if (request.type === 'stored') {
    storeSeconds = request.seconds;
    return;
  }
  const work = request.type === 'train' ? runTraining : runPilot;
  await reply(await work(request.job).catch((error): TrainerReply => ({ type: 'failed', error: toWire(error) })));
  process.exit(0);
});
