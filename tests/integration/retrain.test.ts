import { access, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type RunningProvider, startProvider } from '../provider/start-provider.ts';
import { type Ended, lastJson, MODEL, Project, pumpPages, type Running } from './project.ts';
import { rot } from './rot.ts';

/** A hundred documents, and a model that is looked after: each test begins where the one before ended. */
let provider: RunningProvider;
let project: Project;
let worker: Running;

const recipe = (learningRate: number) => ({
  documents: ['docs'],
  model: MODEL,
  // Few to train on, so that it is soon done, and many to judge by, so that the intervals are narrow.
  split: { validationShare: 0.7 },
  questions: { perChunk: 1 },
  training: { epochs: 1, maxLength: 32, learningRate },
  publish: { name: 'pumps', gate: 'none' },
  retrain: { generalSet: 'general.json' },
});

beforeAll(async () => {
  provider = await startProvider();
  project = await Project.create({ OPENAI_BASE_URL: provider.url, OPENAI_API_KEY: 'sk-test' });
  await project.write({
    ...pumpPages(100),
    'sound.yaml': JSON.stringify(recipe(2e-5)),
    // A learning rate that destroys a model.
    'ruinous.yaml': JSON.stringify(recipe(3e-2)),
    'general.json': JSON.stringify({
      queries: { a: 'How high is the tower?', b: 'Who paints the door?' },
      corpus: { t: 'The tower is ninety metres high.', d: 'The door is painted by the porter.' },
      relevant_docs: { a: ['t'], b: ['d'] },
    }),
  });
  worker = project.start(['worker']);
  await worker.says(/Serving/);
});
afterAll(async () => {
  worker.child.kill('SIGTERM');
  expect((await worker.ended).code).toBe(0);
  await provider.close();
  await project.remove();
});

const retrain = (config: string) => project.hone(['retrain', '--config', config, '--json']);
// biome-ignore lint/suspicious/noExplicitAny: the wire form itself.
const published = async (): Promise<any> => lastJson(await project.hone(['models', 'pumps', '--json']));

/** Five pumps get another page each, none like another: pages that are alike would stand on one side together. */
async function overhaul(first: number): Promise<void> {
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

it('publishes the first model of a name by its gate', async () => {
  const { code, stderr, stdout } = await retrain('ruinous.yaml');
  expect(code).toBe(0);
  expect(lastJson({ code, stderr, stdout })).toMatchObject({
    decision: 'promoted',
    version: 1,
    changes: { added: 100 },
  });
  expect(provider.stats.chats).toBe(100);
});

it('does nothing on unchanged documents but look at them, and says why', async () => {
  const ended = await retrain('sound.yaml');
  expect(ended.code).toBe(0);
  const { decision, reason, version, run } = lastJson(ended);
  expect({ decision, version, run }).toEqual({ decision: 'unchanged', version: 1 });
  expect(reason).toMatch(/^pumps v1 stays: none changed of 100 documents \(0\.0 %\)/);
  expect(ended.stderr).toMatch(/documents +100 read/);
  for (const stage of ['model', 'chunks', 'current-release', 'train'])
    expect(ended.stderr).not.toMatch(new RegExp(`^ +${stage}`, 'm'));
  expect(provider.stats.chats).toBe(100);
});

it('asks about five changed documents only, measures production on them, and promotes a better model', async () => {
  await overhaul(1);
  const ended = await retrain('sound.yaml');
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
  const { versions } = await published();
  expect(versions.map(({ version }: { version: number }) => version)).toEqual([2, 1]);
});

it('refuses a worse model and keeps the one in production, though the general set has rotted in the store', async () => {
  await overhaul(11);
  // It is read once the new model is there, by the retraining and not by the run that trained.
  const { path, bytes } = await rot(project.folder, 'import', ({ dataset }) => dataset);
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

it('rolls back, with its folder as it was, and does not promote what was rolled back', async () => {
  const rolled = await project.hone(['rollback', 'pumps', '--reason', 'part numbers are not found']);
  expect(rolled.stdout).toContain('pumps stands for v1 again, no longer for v2.');
  const { current, events, versions } = await published();
  expect(current).toBe(1);
  expect(events[0]).toMatchObject({ kind: 'rollback', from: 2, to: 1, reason: 'part numbers are not found' });
  await access(join(new URL(versions[1].modelUri).pathname, 'model.safetensors'));
  await access(join(new URL(versions[1].modelUri).pathname, 'README.md'));

  // The documents of v2 again, so that training comes to its weights.
  const pages = pumpPages(100);
  const numbers = [11, 12, 13, 14, 15].map((i) => `docs/pump-${i}.md`);
  await project.write(Object.fromEntries(numbers.map((path) => [path, pages[path] as string])));
  const { decision, reason } = lastJson(await retrain('sound.yaml'));
  expect(decision).toBe('refused');
  expect(reason).toContain('part numbers are not found');
  expect((await project.hone(['rollback', 'pumps'])).stderr).toContain('There is no version of pumps before v1');
});

const schedule = (...args: string[]): Promise<Ended> => project.hone(['schedule', ...args]);

it('refuses schedules that make no sense, with a sentence each', async () => {
  await project.write({ 'nameless.yaml': JSON.stringify({ ...recipe(2e-5), publish: {} }) });
  const config = ['--config', 'sound.yaml'];
  const cases: [args: string[], says: RegExp][] = [
    [[...config], /--every or --cron/],
    [['--every', '5x', ...config], /--every 5x is no length of time/],
    [['--every', '1s', ...config], /too often/],
    [['--cron', 'now and then', ...config], /cannot read the times.*CronString/],
    [['--cron', '0 3 * * *', '--timezone', 'Mars/Olympus', ...config], /unknown time zone Mars\/Olympus/],
    [['--every', '1d', '--config', 'nameless.yaml'], /publish\.name: is needed/],
  ];
  for (const [args, says] of cases) {
    const { code, stderr } = await schedule('create', 'wrong', ...args);
    expect(stderr).toMatch(says);
    expect(code).toBe(2);
  }
});

it('is created, listed, paused, resumed and deleted as a schedule', async () => {
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
  await listed(({ name }) => name === 'nightly');
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

it('is changed in what is asked for, and stays what it was in all else', async () => {
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
  const cases: [args: string[], says: string][] = [
    [['weekly', '--cron', 'now and then'], 'cannot read the times'],
    [['weekly', '--config', 'valves.yaml'], 'Schedule weekly looks after pumps, not valves.'],
    [['monthly', '--every', '4w'], 'There is no schedule monthly.'],
  ];
  await project.write({ 'valves.yaml': JSON.stringify({ ...recipe(2e-5), publish: { name: 'valves' } }) });
  for (const [args, says] of cases) {
    const { code, stderr } = await schedule('update', ...args);
    expect(stderr).toContain(says);
    expect(code).toBe(2);
  }
  const changed = await schedule('update', 'weekly', '--every', '1w', '--jitter', '0m');
  expect(changed.stdout).toBe('weekly retrains pumps every 1w; paused\n');
  const shown = await schedule('show', 'weekly');
  expect(shown.stdout).toContain('overlap buffer-one, catch-up 1h\n');
  await schedule('delete', 'weekly');
});

it('promotes once when two schedules fire at once', async () => {
  await overhaul(41);
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

/** Temporal's list of schedules lags behind by a moment. */
async function listed(wanted: (schedule: { name: string }) => boolean): Promise<void> {
  for (;;) {
    const schedules = lastJson(await schedule('list', '--json')) as { name: string }[];
    if (schedules.some(wanted)) return;
    await sleep(200);
  }
}
