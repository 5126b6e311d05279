import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import { lastJson, MODEL, Project, pumpPages } from './project.ts';
import { temporal } from './temporal.ts';

/** A disk of our own that is really full; only root may mount one. */
function mount(folder: string, size: string, how = ''): boolean {
  try {
    mkdirSync(folder, { recursive: true });
    execFileSync('mount', ['-t', 'tmpfs', '-o', `${how}size=${size}`, 'tmpfs', folder], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** One for the store, one for the rest of what a worker writes. */
const DISKS = ['disk', 'machine'];
const run = [
  'run',
  'docs',
  '--model',
  MODEL,
  '--questions',
  'headings',
  '--max-length',
  '64',
  '--epochs',
  '1',
  '--json',
];

let project: Project;
let mounted: string[] = [];
beforeAll(async () => {
  project = await Project.create();
  await project.write(pumpPages(6));
  mounted = DISKS.map((disk) => join(project.folder, disk)).filter((disk) => mount(disk, '20m'));
});
afterAll(async () => {
  for (const disk of mounted) execFileSync('umount', [disk]);
  await project.remove();
});

it('says what to do when the disk is full, loses nothing, and goes on once there is room', async ({ skip }) => {
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

it('says so too where it is not the store’s disk that is full but the worker’s own', async ({ skip }) => {
  skip(mounted.length === 0, 'mounting a small disk needs root');
  const server = await temporal(join(project.folder, 'server'));
  const env = { TEMPORAL_ADDRESS: server.address };
  const worker = project.start(['worker', '--store', 'roomy'], { ...env, HONE_HOME: 'machine' });
  onTestFinished(async () => {
    worker.child.kill('SIGTERM');
    await worker.ended;
    await server.close();
  });
  await worker.says(/Serving/);
  const full = await project.hone(run, env);
  expect(full.code).toBe(1);
  expect(full.stderr).toMatch(/The disk is full: /);
  expect(full.stderr).toContain('Free space there');
  expect(full.stdout + full.stderr).not.toMatch(/\n\s+at .*:\d+:\d+/);

  mount(join(project.folder, 'machine'), '900m', 'remount,');
  expect([0, 3]).toContain((await project.hone(run, env)).code);
});
