/*
 * Trains as Hone's trainer process does, up to a number of steps: a job as JSON on stdin; what came of it as one line of JSON on stdout.
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
import type { Trained } from '../peers/sentence-transformers.ts';
import type { Plan } from './plan.ts';

export interface OurJob {
  readonly job: TrainJob;
  readonly plan: Plan;
  /** Steps; default: all. */
  readonly stopAfter?: number;
}

const { job, plan, stopAfter = Number.POSITIVE_INFINITY } = JSON.parse(await text(process.stdin)) as OurJob;
const tokenising = await tokenise();
const steps = await run();
process.stdout.write(
  JSON.stringify({
    ...steps,
    seconds: steps.seconds.map((seconds, step) => seconds + (tokenising[step] ?? 0)),
    versions: { node: process.versions.node, 'onnxruntime-node': await version('onnxruntime-node') },
  } satisfies Trained),
);

/**
 * Seconds for each step's texts. The trainer tokenises every text once, before its first step; here it is done once more, in a process that
 * has not warmed up to it, so that a step can be charged for its own.
 */
async function tokenise(): Promise<number[]> {
  const tokenizer = await openTokenizer(job.modelFolder);
  return plan.slice(0, stopAfter).map((batch) => {
    const started = performance.now();
    for (const text of batch.flat()) tokenizer.encode(text, job.options.maxLength);
    return (performance.now() - started) / 1000;
  });
}

async function run(): Promise<Omit<Trained, 'versions'>> {
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
      // Before the checkpoint or the tuned model is written, as on the other side.
      if (seconds.length === plan.length || seconds.length === stopAfter) peakBytes = await peakMemory();
      return seconds.length === stopAfter && stopAfter < plan.length;
    },
  });
  // A trainer that is stopped leaves its losses in the checkpoint.
  const manifest = (await newestCheckpoint(job.checkpointFolder))?.files.at(-1);
  const points: readonly LossPoint[] =
    outcome?.losses ?? JSON.parse(await readFile(join(job.checkpointFolder, manifest as string), 'utf8')).losses;
  return { seconds, losses: points.map(({ loss }) => loss), peakBytes };
}

async function version(name: string): Promise<string> {
  const file = new URL(`../../node_modules/${name}/package.json`, import.meta.url);
  return JSON.parse(await readFile(file, 'utf8')).version;
}
