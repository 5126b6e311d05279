import { setTimeout } from 'node:timers/promises';
import { seeded, shuffled } from '../../core/primitives/random.ts';
import { childrenOf } from '../../core/training/process/processes.fixture.ts';
import type { Cluster, StoredCheckpoints } from '../harness/cluster.ts';
import type { ManagedProcess } from '../harness/managed-process.ts';

const VICTIMS = ['trainer', 'worker', 'Temporal', 'S3'] as const;
export type Victim = (typeof VICTIMS)[number];

/** One kill, and what it cost. */
export interface Kill {
  victim: Victim;
  /** Steps done since the last stored checkpoint. */
  lostSteps: number;
  /** From the kill until a newer checkpoint was stored, or training ended. */
  seconds: number;
  /** The same, from the moment when the killed worker or server had been replaced. */
  secondsAfterRestart: number;
}

export interface RandomKillsOptions {
  kills: number;
  /** Kills in one training; then the next training begins. */
  killsPerRun: number;
  seed: number;
  epochs: number;
  /** Called at the end of each training with the SHA-256 of its weights. */
  onEnd(weights: string): void;
}

/**
 * Trains repeatedly while parts of the cluster are killed at random moments. Every new worker starts with an empty
 * disk. Of each four kills one is of the trainer, one of the worker, one of Temporal and one of S3, in a random order.
 */
export async function killAtRandom(cluster: Cluster, options: RandomKillsOptions): Promise<Kill[]> {
  const random = seeded(options.seed);
  const kills: Kill[] = [];
  let next: Victim[] = [];
  for (let run = 1; kills.length < options.kills; run++) {
    const store = `random-${options.seed}-${run}`;
    let worker = await cluster.startWorker(store);
    const id = await cluster.train(store, options.epochs);
    let reached = 0;
    for (let count = 0; count < options.killsPerRun && kills.length < options.kills; count++) {
      if ((await cluster.stepBeyondOrEnd(id, reached)) === 'ended') break;
      await setTimeout(random() * 2000);
      const before = await cluster.stepBeyondOrEnd(id, reached);
      if (before === 'ended') break;
      if (next.length === 0) next = shuffled(VICTIMS.length, random).map((index) => VICTIMS[index] as Victim);
      const [victim] = next as [Victim];
      const outageMs = random() * 2000;
      const killedAt = Date.now();
      let stored: StoredCheckpoints;
      let lostSteps = 0;
      if (victim === 'S3' || victim === 'Temporal') {
        stored = await cluster.checkpoints(store);
        await (victim === 'S3' ? cluster.s3 : cluster.temporal).restart(outageMs);
      } else {
        if (!(await killTrainer(worker, victim))) break;
        stored = await cluster.checkpoints(store);
        lostSteps = Math.max(0, before - stored.step);
        if (victim === 'worker') worker = await cluster.startWorker(store);
      }
      const restartedAt = victim === 'trainer' ? killedAt : Date.now();
      // A checkpoint that was being uploaded when a trainer was killed may be stored after the kill.
      const takenOver =
        victim === 'trainer' || victim === 'worker' ? await nextAttempt(stored, cluster, id, store) : stored;
      await newerCheckpoint(takenOver, cluster, id, store);
      const seconds = (Date.now() - killedAt) / 1000;
      const secondsAfterRestart = (Date.now() - restartedAt) / 1000;
      reached = before;
      next.shift();
      kills.push({ victim, lostSteps, seconds, secondsAfterRestart });
      console.log(
        `${kills.length}: ${victim} killed at step ${before}, ${stored.step} of them stored; newer checkpoint after ${seconds.toFixed(1)} s, ${secondsAfterRestart.toFixed(1)} s after the restart`,
      );
    }
    options.onEnd(await cluster.weights(id, store));
    await worker.stop();
  }
  return kills;
}

/** Kills the trainer, alone or with its worker. @returns false if no trainer runs any more. */
async function killTrainer(worker: ManagedProcess, victim: 'trainer' | 'worker'): Promise<boolean> {
  const [trainer] = await childrenOf(worker.pid, 'trainer-child');
  if (trainer === undefined) return false;
  if (victim === 'trainer') process.kill(trainer, 'SIGKILL');
  else await worker.killGroup();
  return true;
}

/** Resolves once a later attempt trains, or training has ended. */
function nextAttempt(before: StoredCheckpoints, cluster: Cluster, run: string, store: string) {
  return checkpointsOnce((now) => (now.attempts.at(-1) ?? 0) > (before.attempts.at(-1) ?? 0), cluster, run, store);
}

/** Resolves once a newer checkpoint is stored, or training has ended. */
function newerCheckpoint(before: StoredCheckpoints, cluster: Cluster, run: string, store: string) {
  return checkpointsOnce((now) => now.step > before.step, cluster, run, store);
}

async function checkpointsOnce(
  condition: (now: StoredCheckpoints) => boolean,
  cluster: Cluster,
  run: string,
  store: string,
): Promise<StoredCheckpoints> {
  for (;;) {
    const now = await cluster.checkpoints(store);
    if (condition(now) || (await cluster.stepBeyondOrEnd(run, -1)) === 'ended') return now;
    await setTimeout(50);
  }
}
