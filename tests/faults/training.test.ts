import { beforeAll, expect, it } from 'vitest';
import { Cluster } from '../harness/cluster.ts';
import { FaultyProxy } from '../harness/faulty-proxy.ts';
import { stubEnv, useHarness } from '../harness/use-harness.ts';
import { waitUntil } from '../harness/wait-until.ts';
import { type Kill, killAtRandom, type Victim } from './random-kills.ts';

const KILLS = Number(process.env.HONE_FAULT_KILLS || 100);
const SEED = Number(process.env.HONE_FAULT_SEED || 1);
const EPOCHS = 2000;

const harness = useHarness();
let cluster: Cluster;
let undisturbed: string;
beforeAll(async () => {
  cluster = await Cluster.start(harness);
  stubEnv(cluster.s3.env);
  const worker = await cluster.startWorker('undisturbed');
  undisturbed = await cluster.weights(await cluster.train('undisturbed', EPOCHS), 'undisturbed');
  await worker.stop();
});

it(`ends with the same weights through ${KILLS} kills of trainer, worker, Temporal and S3 at random moments`, async () => {
  const ends: string[] = [];
  const kills = await killAtRandom(cluster, {
    kills: KILLS,
    killsPerRun: 10,
    seed: SEED,
    epochs: EPOCHS,
    onEnd: (weights) => ends.push(weights),
  });
  report(kills, ends.length);
  expect(new Set(ends)).toEqual(new Set([undisturbed]));
});

it('stores checkpoints in a store that takes ten times as long as their interval, and resumes from one', async () => {
  const proxy = await harness.use(FaultyProxy.start(cluster.s3.port));
  const [intervalS, store] = [0.3, 'slow'];
  proxy.delayMs = ({ method, url }) => (method === 'PUT' && url?.includes('/objects/') ? 10_000 * intervalS : 0);
  const start = () =>
    cluster.startWorker(store, { checkpointEveryS: intervalS }, { AWS_ENDPOINT_URL_S3: proxy.endpoint });

  const first = await start();
  const id = await cluster.train(store, EPOCHS);
  const before = await cluster.stepBeyond(id, 0);
  await waitUntil(async () => (await cluster.checkpoints(store)).step > before, 120_000);
  expect(await cluster.stepBeyondOrEnd(id, -1)).not.toBe('ended');
  await first.killGroup();
  const { step } = await cluster.checkpoints(store);
  const second = await start();
  // Progress is known at the first step after those of the checkpoint.
  expect(await cluster.stepBeyond(id, 0)).toBeGreaterThanOrEqual(step);
  expect(await cluster.weights(id, store)).toBe(undisturbed);
  await second.stop();
});

function report(kills: readonly Kill[], trainings: number): void {
  const sorted = (values: number[]) => values.sort((a, b) => a - b);
  const spread = (values: number[]) => `median ${values[values.length >> 1]}, maximum ${values.at(-1)}`;
  console.log(`\n${kills.length} kills in ${trainings} trainings, seed ${SEED}`);
  for (const victim of new Set(kills.map((kill): Victim => kill.victim))) {
    const these = kills.filter((kill) => kill.victim === victim);
    const seconds = sorted(these.map((kill) => Number(kill.seconds.toFixed(1))));
    const afterRestart = sorted(these.map((kill) => Number(kill.secondsAfterRestart.toFixed(1))));
    const lost = sorted(these.map((kill) => kill.lostSteps));
    console.log(
      `  ${victim}: ${these.length} kills; seconds until a newer checkpoint: ${spread(seconds)}; after the restart: ${spread(afterRestart)}; steps lost: ${spread(lost)}`,
    );
  }
}
