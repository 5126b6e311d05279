import { Client, Connection } from '@temporalio/client';
import { beforeAll, expect, it } from 'vitest';
import { Hone } from '../../client/hone.ts';
import { TASK_QUEUES } from '../../core/contracts/task-queues.ts';
import type { ManagedProcess } from '../harness/managed-process.ts';
import { createProject, lastJson, type Project } from '../harness/project.ts';
import { pumpPages, TINY_BERT } from '../harness/samples.ts';
import { startTemporalServer, type TemporalServer } from '../harness/temporal-server.ts';
import { useHarness } from '../harness/use-harness.ts';
import { waitUntil } from '../harness/wait-until.ts';

/** Workers of two versions, as during a rolling update under runs. */
const harness = useHarness();
const RUNS = 10;
/** Of Temporal's VersioningBehavior. */
const AUTO_UPGRADE = 2;
let hone: Hone;
let server: TemporalServer;
let project: Project;
beforeAll(async () => {
  server = await startTemporalServer(harness);
  project = await createProject(harness, { TEMPORAL_ADDRESS: server.address });
  hone = await harness.use(Hone.connect({ address: server.address }));
  await project.write(pumpPages(12));
});

function worker(buildId: string): Promise<ManagedProcess> {
  return project.startWorker({ args: ['--grant', TINY_BERT, '--deployment', 'hone', '--build-id', buildId] });
}

async function stateOf(buildId: string): Promise<string | undefined> {
  const [deployment] = await hone.deployments.list();
  return deployment?.versions.find((version) => version.buildId === buildId)?.state;
}

function request(seed: number) {
  return {
    documents: ['docs'],
    model: TINY_BERT,
    questions: { from: 'headings' as const },
    training: { recipe: 'llama-index' as const, epochs: 8, batchSize: 4, seed },
  };
}

it('finishes ten runs with the version that they began with, while new runs begin with the next one', async () => {
  const first = await worker('one');
  await first.waitForLog(/Version one of hone is current/);
  const ids: string[] = [];
  for (let seed = 0; seed < RUNS; seed++) {
    const { workflowId } = await hone.start(request(seed), { workflowId: `before-${seed}` });
    ids.push(workflowId);
  }
  for await (const { stages } of hone.follow('before-0', { intervalMs: 100 }))
    if (stages.find(({ name }) => name === 'train')?.progress?.done) break;

  const second = await worker('two');
  await second.waitForLog(/Version two of hone is not current/);
  expect(lastJson(await project.hone(['deployment', 'promote', '--json']))).toEqual({ buildId: 'two' });
  await hone.start(request(99), { workflowId: 'after' });
  await hone.result('after');

  const results = await Promise.all(ids.map((id) => hone.result(id)));
  expect(results.map(({ counts }) => counts.documents)).toEqual(ids.map(() => 12));
  // A step that had lost its worker would have been begun by another attempt.
  const attempts = [first, second].map(({ log }) => log.split('\n').filter((line) => / failed/.test(line)));
  expect(attempts).toEqual([[], []]);
  const beganBy = ({ log }: ManagedProcess) =>
    new Set([...log.matchAll(/"run":"([^"]+)"/g)].map(([, run]) => run).filter((run) => !run?.includes('/')));
  expect([...beganBy(first)].sort()).toEqual(ids.sort());
  expect([...beganBy(second)]).toEqual(['after']);
  await waitUntil(async () => ['draining', 'drained'].includes((await stateOf('one')) ?? ''));
  expect(await stateOf('two')).toBe('current');
});

it('has the rate limiter of a profile, which never ends, follow the current version', async () => {
  const connection = await harness.use(Connection.connect({ address: server.address }));
  const { workflow } = new Client({ connection });
  const options = { taskQueue: TASK_QUEUES.workflow, workflowId: 'limiter', args: [{}] };
  const handle = await workflow.start('rateLimiter', options);
  const behavior = async () => (await handle.describe()).raw.workflowExecutionInfo?.versioningInfo?.behavior;
  await waitUntil(async () => Boolean(await behavior()));
  expect(await behavior()).toBe(AUTO_UPGRADE);
  await handle.terminate();
});

it('names the versions that there are where one is asked for that is not', async () => {
  const { code, stderr } = await project.hone(['deployment', 'promote', 'three']);
  expect(code).toBe(2);
  expect(stderr).toContain('The deployment hone has no version three.');
  expect(stderr).toContain('two, one');
});
