import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { beforeAll, expect, it } from 'vitest';
import { Hone } from '../../client/hone.ts';
import type { ManagedProcess } from '../harness/managed-process.ts';
import { createProject, type Project } from '../harness/project.ts';
import { MINILM, pumpPages } from '../harness/samples.ts';
import { startTemporalServer, type TemporalServer } from '../harness/temporal-server.ts';
import { useHarness } from '../harness/use-harness.ts';
import { startProvider } from '../provider/start-provider.ts';

/** One process for each queue over a shared store; on the server, one of Hone's search attributes has another type. */
const harness = useHarness();
const KEY = 'sk-canary-9101';
/** In a document, and so in what the language model is asked and answers. */
const TEXT = 'canary9102';
let server: TemporalServer;
let hone: Hone;
let project: Project;
/** The one that serves the GPU queue. */
let trainer: ManagedProcess;
let keeper: ManagedProcess;
let asker: ManagedProcess;
beforeAll(async () => {
  server = await startTemporalServer(harness, { searchAttributes: { HoneStage: 'Int' } });
  const provider = await harness.use(startProvider());
  const llm = { OPENAI_BASE_URL: provider.url, OPENAI_API_KEY: KEY };
  project = await createProject(harness, { TEMPORAL_ADDRESS: server.address, ...llm });
  hone = await harness.use(Hone.connect({ address: server.address }));
  const page = `# Pump ${TEXT}\n\n## Use\n\nThe ${TEXT} drains the ${TEXT} basin in summer.\n`;
  await project.write({ ...pumpPages(15), 'docs/pump-16.md': page });
});

const worker = (...args: string[]) => project.startWorker({ args });

const input = {
  documents: ['docs'],
  model: MINILM,
  training: { recipe: 'llama-index' as const, epochs: 8, maxLength: 64, batchSize: 2 },
};

/** Waits until more steps are trained, and asserts that none is lost meanwhile. @returns the number of steps. */
async function trainedBeyond(steps: number): Promise<number> {
  for await (const followed of hone.follow('shared-out', { intervalMs: 100 })) {
    const done = followed.stages.find(({ name }) => name === 'train')?.progress?.done ?? 0;
    if (done > steps) return done;
    if (done > 0) expect(done).toBe(steps);
    if (followed.state !== 'running') break;
  }
  throw new Error('The run has ended.');
}

/** IDs of the running child processes. */
async function childrenOf({ pid }: ManagedProcess): Promise<number[]> {
  const { stdout } = await promisify(execFile)('pgrep', ['-P', String(pid)]).catch(() => ({ stdout: '' }));
  return stdout.split('\n').filter(Boolean).map(Number);
}

/** Whether the process runs; a zombie does not. */
async function isRunning(pid: number): Promise<boolean> {
  const state = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => 'Z');
  return !/^(Z$|\d+ \(.*\) Z)/.test(state);
}

/** The metrics of a worker with `--listen`. */
async function metricsOf({ log }: ManagedProcess): Promise<string> {
  const [, url = ''] = /Health and metrics on (http:[\d.:/]+)/.exec(log) ?? [];
  return (await fetch(`${url}/metrics`)).text();
}

/** A worker that trains is ready, says so in its log, and measures it. */
async function expectWatched(watched: ManagedProcess): Promise<void> {
  const [, url = ''] = /Health and metrics on (http:[\d.:/]+)/.exec(watched.log) ?? [];
  expect(await (await fetch(`${url}/readyz`)).text()).toBe('ok\n');
  const metrics = await metricsOf(watched);
  expect(metrics).toMatch(/^hone_training_active 1$/m);
  expect(Number(/^hone_training_loss (\S+)$/m.exec(metrics)?.[1])).toBeGreaterThan(0);
  expect(metrics).toMatch(/^hone_store_seconds_count{operation="fetch-object",outcome="done"} [1-9]/m);
  expect(metrics).toMatch(/^temporal_worker_task_slots_used{.*task_queue="hone-gpu".*} 1$/m);
  const begins = watched.log.split('\n').find((line) => line.includes('train begins'));
  expect(JSON.parse(begins ?? '')).toMatchObject({
    level: 'info',
    run: 'shared-out',
    step: 'train',
    queue: 'hone-gpu',
  });
}

it('distributes a run over workers that serve one queue each, and continues after a worker is stopped or killed', async () => {
  keeper = await worker('--queue', 'workflow,cpu', '--listen', '0');
  await keeper.waitForLog(/Serving hone, hone-cpu in/);
  await keeper.waitForLog(/Search attributes missing on this server, runs go without them: HoneStage /);
  asker = await worker('--queue', 'llm', '--listen', '0');
  const first = await worker('--queue', 'gpu', '--grace', '30', '--listen', '0');
  await first.waitForLog(/Serving hone-gpu in/);
  await hone.start(input, { workflowId: 'shared-out' });

  const before = await trainedBeyond(0);
  await expectWatched(first);
  const ended = await first.stop(60_000);
  expect(ended.stderr).toContain('running steps checkpoint first');
  expect(ended.code).toBe(0);

  // Training resumes at the checkpoint that the first worker wrote when it was stopped.
  const second = await worker('--queue', 'gpu');
  const reached = await trainedBeyond(before - 1);
  const after = await trainedBeyond(reached);
  const children = await childrenOf(second);
  expect(children.length).toBeGreaterThan(0);
  await second.kill('SIGKILL');
  for (const pid of children) while (await isRunning(pid)) await sleep(20);

  trainer = await worker('--queue', 'gpu');
  expect((await hone.result('shared-out')).training.steps).toBeGreaterThan(after);
  const found = await server.cli(['workflow', 'list', '--query', `HoneModel = '${MINILM}' AND HoneHitRate > 0`]);
  expect(found).toContain('shared-out');
});

it('measures requests, tokens, quota leases and the waits for them', async () => {
  const asked = await metricsOf(asker);
  expect(asked).toMatch(/^hone_llm_requests_total{.*operation="chat",outcome="answered",profile="default"} 16$/m);
  expect(asked).toMatch(/^hone_llm_tokens_total{direction="output",model="gpt-4o-mini",profile="default"} [1-9]/m);
  expect(asked).toMatch(/^hone_llm_seconds_count{.*profile="default"} 16$/m);
  const kept = await metricsOf(keeper);
  expect(kept).toMatch(/^hone_lease_wait_seconds_count{.*profile="default".*} [1-9]/m);
  for (const state of ['leased', 'sent']) {
    const series = new RegExp(`^hone_quota_requests_total{.*profile="default",state="${state}".*} (\\d+)$`, 'm');
    expect(Number(series.exec(kept)?.[1])).toBeGreaterThanOrEqual(16);
  }
});

it('a worker’s log and metrics hold no text of a document or a question, and no key', async () => {
  for (const watched of [keeper, asker]) {
    const told = watched.log + (await metricsOf(watched));
    expect(told).toContain('hone_step_seconds');
    for (const canary of [TEXT, KEY]) expect(told).not.toContain(canary);
  }
  expect(trainer.log).toContain('train begins');
  for (const canary of [TEXT, KEY]) expect(trainer.log).not.toContain(canary);
});

it('ends a worker after the grace period although its step has not stopped', async () => {
  await hone.start({ ...input, training: { ...input.training, seed: 7 } }, { workflowId: 'stubborn' });
  await trainer.stop();
  const hasty = await worker('--queue', 'gpu', '--grace', '0.001');
  for await (const { stages } of hone.follow('stubborn', { intervalMs: 100 })) {
    if (stages.find(({ name }) => name === 'train')?.progress?.unit === 'steps') break;
  }
  const children = await childrenOf(hasty);
  expect(children.length).toBeGreaterThan(0);
  const { code, stderr } = await hasty.stop();
  expect(stderr).toContain('Not every step has stopped within 0.001 s');
  expect(code).toBe(1);
  for (const pid of children) while (await isRunning(pid)) await sleep(20);
});

it('refuses a worker of another store by both names, and ends one that finds a new server at its address', async () => {
  const refused = await (await project.spawnWorker({ args: ['--queue', 'cpu', '--store', 'elsewhere'] })).ended;
  expect(refused.code).toBe(1);
  expect(refused.stderr).toMatch(
    /Worker \d+@\S+ serves the same queues with the store file:\S+\.hone\/store .*elsewhere/,
  );

  const orphan = await worker('--queue', 'gpu');
  await server.kill();
  await startTemporalServer(harness, { port: Number(server.address.split(':')[1]) });
  const { code, stderr } = await orphan.ended;
  expect(stderr).toContain('Another Temporal server answers at the address');
  expect(code).toBe(1);
});
