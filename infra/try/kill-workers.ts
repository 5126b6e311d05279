import type { StageName } from '../../core/contracts/progress.ts';
import type { QueueName } from '../../core/contracts/task-queues.ts';
import type { Installation, QueueWorker } from './installation.ts';
import type { WatchedRun } from './run-by-api.ts';
import { until } from './until.ts';

/** A worker that was killed, and who did its work after it. */
export interface Kill {
  readonly worker: string;
  readonly queue: QueueName;
  /** What it was doing: `training, at step 27`. */
  readonly doing: string;
  /** What became of that, if it was doing something: `gpu-3 continued at step 26 after 6.2 s`. */
  readonly after?: string;
}

/** Workers are killed once this share of the training is done. */
const TRAINED_SHARE = 1 / 3;
/** A step of the CPU queue continues a minute after the last heartbeat of a dead worker, on a busy machine later. */
const CONTINUED_WITHIN_MS = 300_000;
/** No step takes longer to begin. */
const PATIENT_MS = 3_600_000;

/**
 * Kills one worker of each queue with SIGKILL while a run needs them, and starts each again, as a process manager does,
 * once another one has continued its work: the worker that trains, one that holds the workflow and one of the language
 * model's queue during the training, and one that evaluates during the evaluation.
 * @throws Error if the run ends before, or if nobody continues what a worker was doing.
 */
export async function killWorkers(installation: Installation, run: WatchedRun, signal: AbortSignal): Promise<Kill[]> {
  const { workers } = installation;
  const of = (queue: QueueName) => workers.filter((worker) => worker.queue === queue);
  const training = () => stage(run, 'train')?.progress;
  const trainedSteps = () => (training()?.unit === 'steps' ? (training()?.done ?? 0) : 0);
  const isTime = () => trainedSteps() >= Math.max(1, (training()?.total ?? 0) * TRAINED_SHARE) || undefined;
  await until('The training', () => (isOver(run, 'train') ? early('trained') : isTime()), {
    signal,
    withinMs: PATIENT_MS,
  });

  const trainer = await whoMeasures(of('gpu'), TRAINS, 'The worker that trains', signal);
  const keeper = await whoMeasures(of('workflow'), HOLDS_WORKFLOWS, 'The worker that holds the workflow', signal);
  const [asker = early('asked')] = of('llm');
  const reached = trainedSteps();
  // Its trainer ends with it: the promise waits for all that hold its output open.
  await Promise.all([trainer, keeper, asker].map(({ process }) => process.kill('SIGKILL')));
  const killedAt = performance.now();
  const others = of('gpu').filter((worker) => worker !== trainer);
  const next = await whoMeasures(others, TRAINS, 'Another worker that trains', signal);
  const isStepped = async () => (await measured(next, /^hone_training_steps /m)) || undefined;
  const resumedAt = await until('A step of the next worker', isStepped, { signal, withinMs: CONTINUED_WITHIN_MS });
  const seconds = ((performance.now() - killedAt) / 1000).toFixed(1);
  const kills: Kill[] = [
    { worker: keeper.name, queue: 'workflow', doing: 'holding the workflow' },
    { worker: asker.name, queue: 'llm', doing: 'idle' },
    {
      worker: trainer.name,
      queue: 'gpu',
      doing: `training, at step ${reached}`,
      after: `${next.name} continued at step ${resumedAt} after ${seconds} s`,
    },
  ];
  await until('A further step', () => trainedSteps() > reached || isOver(run, 'train') || undefined, {
    signal,
    withinMs: CONTINUED_WITHIN_MS,
  });
  await Promise.all([trainer, keeper, asker].map((worker) => installation.restart(worker)));
  kills.push(await killEvaluator(installation, of('cpu'), run, signal));
  return kills;
}

async function killEvaluator(
  installation: Installation,
  workers: readonly QueueWorker[],
  run: WatchedRun,
  signal: AbortSignal,
): Promise<Kill> {
  const isTime = () => (isOver(run, 'evaluate') ? early('evaluated') : isRunning(run, 'evaluate') || undefined);
  await until('The evaluation', isTime, { signal, withinMs: PATIENT_MS });
  const evaluator = await whoMeasures(workers, EVALUATES, 'The worker that evaluates', signal);
  await evaluator.process.kill('SIGKILL');
  const killedAt = performance.now();
  const others = workers.filter((worker) => worker !== evaluator);
  const next = await whoMeasures(others, EVALUATES, 'Another worker that evaluates', signal);
  const seconds = ((performance.now() - killedAt) / 1000).toFixed(1);
  await installation.restart(evaluator);
  return {
    worker: evaluator.name,
    queue: 'cpu',
    doing: 'evaluating',
    after: `${next.name} did it again after ${seconds} s`,
  };
}

const TRAINS = /^hone_training_active /m;
const EVALUATES = /^hone_steps_running\{[^}]*step="evaluate"[^}]*\} /m;
const HOLDS_WORKFLOWS = /^temporal_sticky_cache_size(?:\{[^}]*\})? /m;

/** The first worker whose series is above 0. */
function whoMeasures(
  workers: readonly QueueWorker[],
  series: RegExp,
  what: string,
  signal: AbortSignal,
): Promise<QueueWorker> {
  const find = async () => {
    const values = await Promise.all(workers.map((worker) => measured(worker, series)));
    return workers.find((_, index) => (values[index] ?? 0) > 0);
  };
  return until(what, find, { signal, withinMs: CONTINUED_WITHIN_MS });
}

/** What a worker measures; 0 where it does not know the series. */
async function measured({ port }: QueueWorker, series: RegExp): Promise<number> {
  const metrics = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
  const found = series.exec(metrics);
  return found ? Number.parseFloat(metrics.slice(found.index + found[0].length)) : 0;
}

function stage({ latest }: WatchedRun, name: StageName) {
  return latest?.stages.find((stage) => stage.name === name);
}

function isRunning(run: WatchedRun, name: StageName): boolean {
  return stage(run, name)?.state === 'running';
}

function isOver(run: WatchedRun, name: StageName): boolean {
  return run.latest?.state !== 'running'
    ? run.latest !== undefined
    : ['done', 'reused'].includes(stage(run, name)?.state ?? '');
}

function early(what: string): never {
  throw new Error(`The run had ${what} before a worker could be killed.`);
}
