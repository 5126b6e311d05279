import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { openStore } from '../../core/artifacts/open-store.ts';
import { BUCKET } from '../s3/server.ts';
import { Cluster } from './cluster.ts';
import { type Kill, killAtRandom, type Victim } from './random-kills.ts';

const KILLS = Number(process.env.HONE_FAULT_KILLS || 100);
const SEED = Number(process.env.HONE_FAULT_SEED || 1);
const EPOCHS = 2000;

let cluster: Cluster;
let undisturbed: string;
beforeAll(async () => {
  cluster = await Cluster.start();
  for (const [name, value] of Object.entries(cluster.s3.env)) vi.stubEnv(name, value);
  const worker = await cluster.worker('undisturbed');
  const run = await cluster.train('undisturbed', EPOCHS);
  undisturbed = await cluster.weights(run, await openStore(`s3://${BUCKET}/undisturbed`));
  await worker.end('SIGTERM');
});
afterAll(() => cluster.remove());

it(`ends with the same bytes through ${KILLS} kills of trainer, worker, Temporal and S3 at random moments`, async () => {
  const ends: string[] = [];
  const kills = await killAtRandom(cluster, {
    ...{ kills: KILLS, killsARun: 10, seed: SEED, epochs: EPOCHS },
    onEnd: (weights) => ends.push(weights),
  });
  report(kills, ends.length);
  expect(new Set(ends)).toEqual(new Set([undisturbed]));
});

function report(kills: readonly Kill[], trainings: number): void {
  const sorted = (values: number[]) => values.sort((a, b) => a - b);
  const spread = (values: number[]) => `median ${values[values.length >> 1]}, most ${values.at(-1)}`;
  console.log(`\n${kills.length} kills in ${trainings} trainings, seed ${SEED}`);
  for (const victim of new Set(kills.map((kill): Victim => kill.victim))) {
    const these = kills.filter((kill) => kill.victim === victim);
    const seconds = sorted(these.map((kill) => Number(kill.seconds.toFixed(1))));
    const onceThere = sorted(these.map((kill) => Number(kill.secondsOnceThere.toFixed(1))));
    const lost = sorted(these.map((kill) => kill.lostSteps));
    console.log(
      `  ${victim}: ${these.length} kills; seconds until more was stored: ${spread(seconds)}; once all was there again: ${spread(onceThere)}; steps lost: ${spread(lost)}`,
    );
  }
}
