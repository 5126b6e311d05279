import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import { createProject, lastJson, type Project } from '../harness/project.ts';
import { MINILM, pumpPages } from '../harness/samples.ts';
import { startTemporalServer } from '../harness/temporal-server.ts';
import { useHarness } from '../harness/use-harness.ts';

/** Mounts a small disk that a run really fills. @returns false without the permission: only root may mount. */
function mount(folder: string, size: string, options = ''): boolean {
  try {
    mkdirSync(folder, { recursive: true });
    execFileSync('mount', ['-t', 'tmpfs', '-o', `${options}size=${size}`, 'tmpfs', folder], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** One for the store, one for everything else that a worker writes. */
const DISKS = ['disk', 'machine'];
const run = [
  'run',
  'docs',
  '--model',
  MINILM,
  '--questions',
  'headings',
  '--max-length',
  '64',
  '--epochs',
  '1',
  '--json',
];

const harness = useHarness();
let project: Project;
let mounted: string[] = [];
beforeAll(async () => {
  project = await createProject(harness);
  await project.write(pumpPages(6));
  mounted = DISKS.map((disk) => join(project.folder, disk)).filter((disk) => mount(disk, '20m'));
  for (const disk of mounted) harness.defer(() => execFileSync('umount', [disk]));
});

it('says what to do when the disk is full, loses nothing, and continues once there is space', async ({ skip }) => {
  skip(mounted.length === 0, 'mounting a small disk needs root');
  const full = await project.hone([...run, '--store', 'disk/store']);
  expect(full.code).toBe(1);
  expect(full.stderr).toMatch(/disk that holds .* is full/);
  expect(full.stderr).toContain('Free some space');
  expect(full.stdout + full.stderr).not.toMatch(/\n\s+at .*:\d+:\d+/);

  mount(join(project.folder, 'disk'), '900m', 'remount,');
  const roomy = await project.hone([...run, '--store', 'disk/store']);
  expect([0, 3]).toContain(roomy.code);
  expect(roomy.stderr).toMatch(/dataset.*reused/);
  expect(lastJson(roomy).training.steps).toBeGreaterThan(0);
});

it('says so too if the disk of the worker’s home is full instead of the store’s', async ({ skip }) => {
  skip(mounted.length === 0, 'mounting a small disk needs root');
  const { address } = await startTemporalServer(harness);
  const env = { TEMPORAL_ADDRESS: address };
  await project.startWorker({ args: ['--store', 'roomy'], env: { ...env, HONE_HOME: 'machine' } });
  const full = await project.hone(run, env);
  expect(full.code).toBe(1);
  expect(full.stderr).toMatch(/The disk is full: /);
  expect(full.stderr).toContain('Free space there');
  expect(full.stdout + full.stderr).not.toMatch(/\n\s+at .*:\d+:\d+/);

  mount(join(project.folder, 'machine'), '900m', 'remount,');
  expect([0, 3]).toContain((await project.hone(run, env)).code);
});
