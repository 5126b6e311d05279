import { setTimeout } from 'node:timers/promises';
import { openStore } from '../../core/artifacts/open-store.ts';
import { S3Bucket } from '../../core/artifacts/s3/bucket.ts';
import { childrenOf } from '../../core/training/process/processes.fixture.ts';
import { BUCKET } from '../s3/server.ts';
import { interrupt, seeded } from './at-random.ts';
import type { Cluster, WorkerMachine } from './cluster.ts';

const VICTIMS = ['trainer', 'worker', 'Temporal', 'S3'] as const;
export type Victim = (typeof VICTIMS)[number];

/** One kill, and what it cost. */
export interface Kill {
  victim: Victim;
  /** Steps that had been done since the last stored checkpoint. */
  lostSteps: number;
  /** From the kill until a newer checkpoint was stored, or training was over. */
  seconds: number;
  /** The same, from when everything it needs was there again: another worker, or the server. */
  secondsOnceThere: number;
}

export interface RandomKillsOptions {
  kills: number;
  /** Of one training; then the next begins. */
  killsARun: number;
  seed: number;
  epochs: number;
  /** Called as each training ends, with the hash of its weights. */
  onEnd(weights: string): void;
}

/** Trains again and again while something of the cluster is killed at random moments; every worker starts with an empty disk. */
export async function killAtRandom(cluster: Cluster, options: RandomKillsOptions): Promise<Kill[]> {
  const random = seeded(options.seed);
  const kills: Kill[] = [];
  for (let run = 1; kills.length < options.kills; run++) {
    const store = `random-${options.seed}-${run}`;
    let worker = await cluster.worker(store);
    const id = await cluster.train(store, options.epochs);
    let reached = 0;
    for (let count = 0; count < options.killsARun && kills.length < options.kills; count++) {
      if ((await cluster.pastOrOver(id, reached)) === 'over') break;
      await setTimeout(random() * 2000);
      const before = await cluster.pastOrOver(id, reached);
      if (before === 'over') break;
      const victim = VICTIMS[Math.floor(random() * VICTIMS.length)] as Victim;
      const outageMs = random() * 2000;
      const killed = Date.now();
      let stored: Standing;
      let lostSteps = 0;
      if (victim === 'S3' || victim === 'Temporal') {
        stored = await standingIn(store);
        await interrupt(cluster[victim === 'S3' ? 's3' : 'temporal'], outageMs);
      } else {
        if (!(await killTrainer(worker, victim))) break;
        stored = await standingIn(store);
        lostSteps = Math.max(0, before - stored.step);
        if (victim === 'worker') worker = await cluster.worker(store);
      }
      const there = victim === 'trainer' ? killed : Date.now();
      // What was on its way when a trainer was killed may be stored after it.
      const next = victim === 'trainer' || victim === 'worker' ? await takenOver(stored, cluster, id, store) : stored;
      await newerThan(next, cluster, id, store);
      const now = Date.now();
      const [seconds, secondsOnceThere] = [(now - killed) / 1000, (now - there) / 1000];
      reached = before;
      kills.push({ victim, lostSteps, seconds, secondsOnceThere });
      console.log(
        `${kills.length}: ${victim} killed at step ${before}, ${stored.step} of them stored; more after ${seconds.toFixed(1)} s, ${secondsOnceThere.toFixed(1)} s once all was there`,
      );
    }
    options.onEnd(await cluster.weights(id, await openStore(`s3://${BUCKET}/${store}`)));
    await worker.end('SIGTERM');
  }
  return kills;
}

/** By itself, or with all that runs on its machine; false if nothing trains there any more. */
async function killTrainer(worker: WorkerMachine, victim: 'trainer' | 'worker'): Promise<boolean> {
  const [trainer] = await childrenOf(worker.pid, 'trainer-child');
  if (trainer === undefined) return false;
  if (victim === 'trainer') process.kill(trainer, 'SIGKILL');
  else await worker.end('SIGKILL', true);
  return true;
}

/** Resolves once a later attempt has taken over, or training is over. */
function takenOver({ attempts }: Standing, cluster: Cluster, run: string, store: string): Promise<Standing> {
  return standingOnce((now) => (now.attempts.at(-1) ?? 0) > (attempts.at(-1) ?? 0), cluster, run, store);
}

/** Resolves once more steps are stored, or training is over. */
function newerThan({ step }: Standing, cluster: Cluster, run: string, store: string): Promise<Standing> {
  return standingOnce((now) => now.step > step, cluster, run, store);
}

async function standingOnce(
  isSo: (now: Standing) => boolean,
  cluster: Cluster,
  run: string,
  store: string,
): Promise<Standing> {
  for (;;) {
    const now = await standingIn(store);
    if (isSo(now) || (await cluster.pastOrOver(run, -1)) === 'over') return now;
    await setTimeout(50);
  }
}

/** Of a lease's number, what counts the tries of one step; the rest tells the steps of a run apart. */
const TRIES = 1_000_000;

interface Standing {
  attempts: number[];
  step: number;
  newest?: StoredFiles;
}

/** What the pointer to the checkpoints of the one training in a store says. */
export async function standingIn(store: string): Promise<Standing> {
  const bucket = new S3Bucket(BUCKET);
  for await (const { key } of bucket.list(`${store}/checkpoints/`)) {
    const text = new TextDecoder().decode((await bucket.get(key))?.bytes);
    const { attempts, checkpoints } = JSON.parse(text.slice(text.indexOf('\n')));
    const tries = Object.values<number>(attempts).map((attempt) => attempt % TRIES);
    return { attempts: tries, step: checkpoints[0]?.step ?? 0, newest: checkpoints[0] };
  }
  return { attempts: [], step: 0 };
}

interface StoredFiles {
  files: { path: string; ref: { uri: string } }[];
}
