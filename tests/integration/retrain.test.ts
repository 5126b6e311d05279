import { access, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { corruptArtifact } from '../harness/corrupt-artifact.ts';
import type { ManagedProcess, ProcessResult } from '../harness/managed-process.ts';
import { createProject, lastJson, type Project } from '../harness/project.ts';
import { MINILM, pumpPages, SMALL_DATASET } from '../harness/samples.ts';
import { useHarness } from '../harness/use-harness.ts';
import { type RunningProvider, startProvider } from '../provider/start-provider.ts';

/** A hundred documents and one published model: each test continues from the state after the one before. */
const harness = useHarness();
let provider: RunningProvider;
let project: Project;
let worker: ManagedProcess;

const recipe = (learningRate: number) => ({
  documents: ['docs'],
  model: MINILM,
  // Little to train on makes it fast, and much to validate on makes the intervals narrow.
  split: { validationShare: 0.7 },
  questions: { perChunk: 1 },
  training: { epochs: 1, maxLength: 32, learningRate },
  publish: { name: 'pumps', gate: 'none' },
  retrain: { generalSet: 'general.json' },
});

beforeAll(async () => {
  provider = await harness.use(startProvider());
  project = await createProject(harness, { OPENAI_BASE_URL: provider.url, OPENAI_API_KEY: 'sk-test' });
  await project.write({
    ...pumpPages(100),
    'sound.yaml': JSON.stringify(recipe(2e-5)),
    'approved.yaml': JSON.stringify({ ...recipe(2e-5), approvals: { questions: true } }),
    // A learning rate that destroys a model.
    'ruinous.yaml': JSON.stringify(recipe(3e-2)),
    'general.json': JSON.stringify(SMALL_DATASET),
  });
  worker = await project.startWorker();
});
afterAll(async () => {
  expect((await worker.stop()).code).toBe(0);
});

const retrain = (config: string) => project.hone(['retrain', '--config', config, '--json']);
// biome-ignore lint/suspicious/noExplicitAny: the wire format itself.
const published = async (): Promise<any> => lastJson(await project.hone(['models', 'pumps', '--json']));

/** Gives five pumps a new page each. The pages differ: near-duplicates would all be split to one side. */
async function changePages(first: number): Promise<void> {
  const pages = [
    (i: number) => `## Overhaul\n\nBrine leaves the P-${i}00 at ${i} bar since it was overhauled in spring.`,
    (i: number) => `## Gland\n\nRepack with ring XR-${i} and tighten both nuts by hand, for the packing has to weep.`,
    (i: number) => `## Noise\n\nA howl at half speed says that flange ${i} draws air on the suction side.`,
    (i: number) => `## Paint\n\nThe casing is grey, shade ${7000 + i}; grind rust off to bright metal before a coat.`,
    (i: number) => `## Lifting\n\nIts ${90 + i} kg hang from the eye bolt over the motor, never from the shaft.`,
  ];
  const files = pages.map((page, k) => [
    `docs/pump-${first + k}.md`,
    `# Pump P-${first + k}00\n\n${page(first + k)}\n`,
  ]);
  await project.write(Object.fromEntries(files));
}

it('publishes the first model of a name by the gate of publish', async () => {
  const { code, stderr, stdout } = await retrain('ruinous.yaml');
  expect(code).toBe(0);
  expect(lastJson({ code, stderr, stdout })).toMatchObject({
    decision: 'promoted',
    version: 1,
    changes: { added: 100 },
  });
  expect(provider.stats.chats).toBe(100);
});

it('only reads the documents if none has changed, and says why', async () => {
  const ended = await retrain('sound.yaml');
  expect(ended.code).toBe(0);
  const { decision, reason, version, run } = lastJson(ended);
  expect({ decision, version, run }).toEqual({ decision: 'unchanged', version: 1 });
  expect(reason).toMatch(/^pumps v1 stays: none changed of 100 documents \(0\.0 %\)/);
  expect(ended.stderr).toMatch(/documents +100 read/);
  for (const stage of ['model', 'chunks', 'release', 'train'])
    expect(ended.stderr).not.toMatch(new RegExp(`^ +${stage}`, 'm'));
  expect(provider.stats.chats).toBe(100);
});

it('asks only about five changed documents, evaluates the current release on them, and promotes a better model', async () => {
  await changePages(1);
  const retraining = project.start(['retrain', '--config', 'approved.yaml', '--json']);
  await retraining.waitForLog(/hone approve \S+/);
  const [, workflowId = ''] = /hone approve (\S+)/.exec(retraining.log) ?? [];
  // What is written while a person looks at the questions is left to the next retraining: nobody has approved it.
  await changePages(21);
  expect((await project.hone(['approve', workflowId])).code).toBe(0);
  const ended = await retraining.ended;
  await project.write(Object.fromEntries(Object.entries(pumpPages(100)).filter(([path]) => /-2[1-5]\./.test(path))));
  expect(ended.code).toBe(0);
  expect(provider.stats.chats).toBe(105);
  const { decision, reason, version, currentRelease, changes, gain, general, run, report } = lastJson(ended);
  expect({ decision, version }).toEqual({ decision: 'promoted', version: 2 });
  expect(changes).toMatchObject({ changed: 5, unchanged: 95, share: 0.05 });
  expect(currentRelease.version).toBe(1);
  expect(currentRelease.unseen.queries).toBeGreaterThan(0);
  expect(currentRelease.unseen.queries).toBeLessThanOrEqual(5);
  expect(gain.low).toBeGreaterThan(0);
  expect(general).toMatchObject({ metric: 'hit@5' });
  expect(await readFile(report, 'utf8')).toContain(reason);
  expect(reason).toContain('better than pumps v1');
  expect(run.workflowId).toMatch(/-train$/);
  expect(run.counts).toMatchObject({ documents: 100, questions: 100 });
  const { versions } = await published();
  expect(versions.map(({ version }: { version: number }) => version)).toEqual([2, 1]);
});

it('refuses a worse model and keeps the current release, although the general set is corrupt in the store', async () => {
  await changePages(11);
  // The general set is read after training, by the retrain workflow and not by its training run.
  const { path, bytes } = await corruptArtifact(project.folder, 'import-dataset', ({ dataset }) => dataset);
  const ended = await retrain('ruinous.yaml');
  expect(ended.code).toBe(3);
  expect(provider.stats.chats).toBe(110);
  const { decision, reason, version, general } = lastJson(ended);
  expect({ decision, version }).toEqual({ decision: 'refused', version: 2 });
  expect(general).toMatchObject({ metric: 'hit@5' });
  expect(await readFile(path)).toEqual(bytes);
  expect(reason).toMatch(/^pumps v2 stays: the new model was refused: worse than pumps v2 by \d+\.\d points/);
  const shown = await project.hone(['show', lastJson(ended).workflowId]);
  expect(shown.code).toBe(3);
  expect(shown.stdout).toContain(reason);
});

it('rolls back to an unchanged folder, and does not promote again what was rolled back', async () => {
  const rolled = await project.hone(['rollback', 'pumps', '--reason', 'part numbers are not found']);
  expect(rolled.stdout).toContain('pumps stands for v1 again, no longer for v2.');
  const { current, events, versions } = await published();
  expect(current).toBe(1);
  expect(events[0]).toMatchObject({ kind: 'rollback', from: 2, to: 1, reason: 'part numbers are not found' });
  await access(join(new URL(versions[1].modelUri).pathname, 'model.safetensors'));
  await access(join(new URL(versions[1].modelUri).pathname, 'README.md'));

  // The documents of v2 again, so that training produces its weights.
  const pages = pumpPages(100);
  const numbers = [11, 12, 13, 14, 15].map((i) => `docs/pump-${i}.md`);
  await project.write(Object.fromEntries(numbers.map((path) => [path, pages[path] ?? ''])));
  const { decision, reason } = lastJson(await retrain('sound.yaml'));
  expect(decision).toBe('refused');
  expect(reason).toContain('part numbers are not found');
  expect((await project.hone(['rollback', 'pumps'])).stderr).toContain('There is no version of pumps before v1');
});

const schedule = (...args: string[]): Promise<ProcessResult> => project.hone(['schedule', ...args]);

it('rejects invalid schedules with a message each', async () => {
  await project.write({ 'nameless.yaml': JSON.stringify({ ...recipe(2e-5), publish: {} }) });
  const config = ['--config', 'sound.yaml'];
  const cases: [args: string[], shown: RegExp][] = [
    [[...config], /--every or --cron/],
    [['--every', '5x', ...config], /--every 5x is not a length of time/],
    [['--every', '1s', ...config], /too short/],
    [['--cron', 'now and then', ...config], /refuses the times.*CronString/],
    [['--cron', '0 3 * * *', '--timezone', 'Mars/Olympus', ...config], /unknown time zone Mars\/Olympus/],
    [['--every', '1d', '--config', 'nameless.yaml'], /publish\.name: is needed/],
  ];
  for (const [args, shown] of cases) {
    const { code, stderr } = await schedule('create', 'wrong', ...args);
    expect(stderr).toMatch(shown);
    expect(code).toBe(2);
  }
});

it('creates, lists, pauses, resumes and deletes a schedule', async () => {
  const created = await schedule(
    'create',
    'nightly',
    '--cron',
    '0 3 * * *',
    '--timezone',
    'Europe/Berlin',
    '--config',
    'sound.yaml',
  );
  expect(created.stdout).toMatch(/^nightly retrains pumps at '0 3 \* \* \*' \(Europe\/Berlin\); next \d/);
  expect(created.stderr).toContain('hone worker');
  expect((await schedule('create', 'nightly', '--every', '1d', '--config', 'sound.yaml')).stderr).toContain(
    'There is a schedule nightly already.',
  );
  await untilListed('nightly');
  expect((await schedule('pause', 'nightly', '--note', 'stocktaking')).code).toBe(0);
  expect(lastJson(await schedule('show', 'nightly', '--json'))).toMatchObject({
    paused: true,
    note: 'stocktaking',
    next: [],
  });
  expect((await schedule('resume', 'nightly')).code).toBe(0);
  expect(lastJson(await schedule('show', 'nightly', '--json')).next).toHaveLength(3);
  expect((await schedule('delete', 'nightly')).code).toBe(0);
  expect((await schedule('show', 'nightly')).stderr).toContain('There is no schedule nightly.');
});

it('updates only the given parts of a schedule', async () => {
  const times = ['--cron', '0 3 * * *', '--timezone', 'Europe/Berlin', '--jitter', '10m'];
  await schedule('create', 'weekly', ...times, '--config', 'sound.yaml');
  await schedule('pause', 'weekly', '--note', 'stocktaking');
  const gentler = lastJson(await schedule('update', 'weekly', '--overlap', 'buffer-one', '--json'));
  expect(gentler).toMatchObject({
    publishes: 'pumps',
    cron: '0 3 * * *',
    timezone: 'Europe/Berlin',
    jitterMs: 600_000,
    overlap: 'buffer-one',
    catchUpMs: 3_600_000,
    paused: true,
    note: 'stocktaking',
  });
  const cases: [args: string[], shown: string][] = [
    [['weekly', '--cron', 'now and then'], 'refuses the times'],
    [['weekly', '--config', 'valves.yaml'], 'Schedule weekly retrains pumps, not valves.'],
    [['monthly', '--every', '4w'], 'There is no schedule monthly.'],
  ];
  await project.write({ 'valves.yaml': JSON.stringify({ ...recipe(2e-5), publish: { name: 'valves' } }) });
  for (const [args, shown] of cases) {
    const { code, stderr } = await schedule('update', ...args);
    expect(stderr).toContain(shown);
    expect(code).toBe(2);
  }
  const changed = await schedule('update', 'weekly', '--every', '1w', '--jitter', '0m');
  expect(changed.stdout).toBe('weekly retrains pumps every 1w; paused\n');
  const shown = await schedule('show', 'weekly');
  expect(shown.stdout).toContain('overlap buffer-one, catch-up 1h\n');
  await schedule('delete', 'weekly');
});

it('promotes once when two schedules are triggered at the same time', async () => {
  await changePages(41);
  for (const [name, config] of [
    ['one', 'sound.yaml'],
    ['two', 'ruinous.yaml'],
  ] as const) {
    await schedule('create', name, '--every', '7d', '--config', config);
  }
  await schedule('update', 'two', '--config', 'sound.yaml');
  const triggered = await Promise.all(['one', 'two'].map((name) => schedule('trigger', name, '--json')));
  const runs = triggered.map((ended) => lastJson(ended).workflowId as string);
  await Promise.all(runs.map((run) => project.hone(['follow', run])));
  const decisions = await Promise.all(
    ['one', 'two'].map(async (name) => lastJson(await schedule('show', name, '--json')).runs[0].decision as string),
  );
  expect(decisions.sort()).toEqual(['identical', 'promoted']);
  const { current, versions } = await published();
  expect(current).toBe(3);
  expect(versions).toHaveLength(3);
});

/** Waits until the schedule is listed: Temporal's list lags behind by a moment. */
async function untilListed(wanted: string): Promise<void> {
  for (;;) {
    const schedules = lastJson(await schedule('list', '--json')) as { name: string }[];
    if (schedules.some(({ name }) => name === wanted)) return;
    await sleep(200);
  }
}
