import { setImmediate } from 'node:timers/promises';
import type { StageProgress } from '../contracts/progress.ts';
import { pairsIn } from './data/training-plan.ts';
import { learningRate } from './optimizer/schedule.ts';
import { prepareTraining } from './prepare-training.ts';
import { peakMemory } from './session/peak-memory.ts';
import type { TrainJob } from './train-job.ts';

/** The first steps touch fresh memory and are slow, so they do not count where there are others. */
const WARM_UP = 2;
/** Steps that count: enough for a steady figure, unless they take long. */
const STEPS = 5;
const ENOUGH_SECONDS = 20;

export interface Pilot {
  /** Of the whole training, as planned. */
  readonly pairs: number;
  readonly steps: number;
  /** Pairs seen, all epochs together. */
  readonly samples: number;
  /** Steps measured, and what they came to. */
  readonly measured: number;
  readonly samplesPerSecond: number;
  /** What the largest batch is expected to take, or what has been taken if that is more. */
  readonly peakBytes: number;
  readonly recomputedLayers: number;
}

/**
 * Trains the first steps of a job and keeps nothing of them: what the whole will take.
 * @throws Fault `input` if the model, the dataset, the options or the memory do not fit.
 */
export async function pilotTraining(job: TrainJob, onProgress: (progress: StageProgress) => void): Promise<Pilot> {
  const { options } = job;
  const { pairs, plan, batches, subject } = await prepareTraining(job);
  const session = await subject.open();
  const last = Math.min(WARM_UP + STEPS, plan.length);
  const began = performance.now();
  let measured = { steps: 0, samples: 0, seconds: 0 };
  for (const [step, planned] of plan.slice(0, last).entries()) {
    const started = performance.now();
    const samples = pairsIn(planned).length;
    for (const batch of batches(planned)) await session.gradients(batch, step, batch.queries.length / samples);
    const rate = learningRate(step, plan.length, options.learningRate, options.warmupRatio);
    await session.update({ ...options, step: step + 1, learningRate: rate });
    const seconds = (performance.now() - started) / 1000;
    if (step <= WARM_UP) measured = { steps: 0, samples: 0, seconds: 0 };
    measured = {
      steps: measured.steps + 1,
      samples: measured.samples + samples,
      seconds: measured.seconds + seconds,
    };
    onProgress({ done: step + 1, total: last, unit: 'steps', note: 'pilot' });
    await setImmediate();
    if (performance.now() - began > ENOUGH_SECONDS * 1000) break;
  }
  const { bytes = 0, recomputedLayers = 0 } = session.memory ?? {};
  return {
    pairs: pairs.length,
    steps: plan.length,
    samples: plan.reduce((n, step) => n + pairsIn(step).length, 0),
    measured: measured.steps,
    samplesPerSecond: measured.samples / measured.seconds,
    peakBytes: Math.max(bytes, await peakMemory()),
    recomputedLayers,
  };
}
