/*
 * Trains as Hone's trainer process does, for a number of steps. Reads a job as JSON from stdin and writes the figures
 * as one line of JSON to stdout.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import type { LossPoint } from '../../core/contracts/training.ts';
import { openTokenizer } from '../../core/encoder/tokenizer/tokenizer.ts';
import { newestCheckpoint } from '../../core/training/checkpoints/checkpoint.ts';
import { peakMemory } from '../../core/training/session/memory.ts';
import { train } from '../../core/training/train.ts';
import type { TrainJob } from '../../core/training/train-job.ts';
import type { TrainingFigures } from '../peers/sentence-transformers.ts';
import type { Plan } from './plan.ts';

export interface HoneJob {
  readonly job: TrainJob;
  readonly plan: Plan;
  /** Steps; default: all. */
  readonly stopAfter?: number | undefined;
}

const { job, plan, stopAfter = Number.POSITIVE_INFINITY } = JSON.parse(await text(process.stdin)) as HoneJob;
const tokenising = await measureTokenising();
const training = await measureTraining();
process.stdout.write(
  JSON.stringify({
    ...training,
    seconds: training.seconds.map((seconds, step) => seconds + (tokenising[step] ?? 0)),
    versions: { node: process.versions.node, 'onnxruntime-node': await versionOf('onnxruntime-node') },
  } satisfies TrainingFigures),
);

/**
 * Seconds that tokenising the texts of each step takes. The trainer tokenises all texts once, before its first step.
 * Here they are tokenised once more, before the trainer has warmed the tokenizer up, so that each step can be charged
 * for its own texts.
 */
async function measureTokenising(): Promise<number[]> {
  const tokenizer = await openTokenizer(job.modelFolder);
  return plan.slice(0, stopAfter).map((batch) => {
    const started = performance.now();
    for (const text of batch.flat()) tokenizer.encode(text, job.options.maxLength);
    return (performance.now() - started) / 1000;
  });
}

async function measureTraining(): Promise<Omit<TrainingFigures, 'versions'>> {
  const seconds: number[] = [];
  let last = 0;
  let peakBytes = 0;
  const outcome = await train(job, {
    onProgress({ done }) {
      const now = performance.now();
      if (done > seconds.length) seconds.push((now - last) / 1000);
      last = now;
    },
    async stopping() {
      // Before the checkpoint or the tuned model is written, as in train.py.
      if (seconds.length === plan.length || seconds.length === stopAfter) peakBytes = await peakMemory();
      return seconds.length === stopAfter && stopAfter < plan.length;
    },
  });
  return { seconds, losses: (outcome?.losses ?? (await checkpointLosses())).map(({ loss }) => loss), peakBytes };
}

/** The losses of a training that was stopped, from the manifest of its checkpoint. */
async function checkpointLosses(): Promise<readonly LossPoint[]> {
  const manifest = (await newestCheckpoint(job.checkpointFolder))?.files.at(-1);
  return JSON.parse(await readFile(join(job.checkpointFolder, manifest as string), 'utf8')).losses;
}

async function versionOf(name: string): Promise<string> {
  const file = new URL(`../../node_modules/${name}/package.json`, import.meta.url);
  return JSON.parse(await readFile(file, 'utf8')).version;
}
