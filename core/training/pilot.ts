import { setImmediate } from 'node:timers/promises';
import type { StageProgress } from '../contracts/progress.ts';
import { countSamples } from './data/training-plan.ts';
import { prepareTraining } from './prepare-training.ts';
import { peakMemory } from './session/memory.ts';
import type { TrainJob } from './train-job.ts';
import { trainingStep } from './training-step.ts';

/** The first steps touch fresh memory and are slow, so they are not measured unless there are no others. */
const WARM_UP_STEPS = 2;
/** Enough for a steady figure. */
const MEASURED_STEPS = 5;
/** No further step is started after this time, warm-up included. */
const ENOUGH_SECONDS = 20;

/** What a training will take, by its plan and its first steps. */
export interface PilotMeasurement {
  /** Of the whole training. */
  readonly pairs: number;
  readonly steps: number;
  /** Pairs that all steps train on; a pair counts once in every epoch, and again where it is repeated. */
  readonly samples: number;
  /** Steps that the throughput was measured over. */
  readonly measuredSteps: number;
  readonly samplesPerSecond: number;
  /** What the largest batch is expected to take, or what the pilot took if that is more. */
  readonly peakBytes: number;
  /** Layers that are computed twice to stay within the memory limit. */
  readonly recomputedLayers: number;
}

/**
 * Trains the first steps of a job and measures them. Nothing is saved.
 * @throws Fault `input` if the model, the dataset, the options or the memory limit do not fit each other, or if
 * training diverges.
 */
export async function measurePilot(
  job: TrainJob,
  onProgress: (progress: StageProgress) => void,
): Promise<PilotMeasurement> {
  const training = await prepareTraining(job);
  const { pairs, plan, trainable } = training;
  const session = await trainable.openSession();
  const steps = Math.min(WARM_UP_STEPS + MEASURED_STEPS, plan.length);
  const began = performance.now();
  let measured = { steps: 0, samples: 0, seconds: 0 };
  for (let step = 0; step < steps; step++) {
    const { samples, seconds } = await trainingStep(training, session, step);
    if (step <= WARM_UP_STEPS) measured = { steps: 0, samples: 0, seconds: 0 };
    measured = {
      steps: measured.steps + 1,
      samples: measured.samples + samples,
      seconds: measured.seconds + seconds,
    };
    onProgress({ done: step + 1, total: steps, unit: 'steps', note: 'pilot' });
    await setImmediate();
    if (performance.now() - began > ENOUGH_SECONDS * 1000) break;
  }
  const { bytes = 0, recomputedLayers = 0 } = session.memory ?? {};
  return {
    pairs: pairs.length,
    steps: plan.length,
    samples: countSamples(plan),
    measuredSteps: measured.steps,
    samplesPerSecond: measured.samples / measured.seconds,
    peakBytes: Math.max(bytes, await peakMemory()),
    recomputedLayers,
  };
}
