import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { lastJson, MODEL, Project, pumpPages } from './project.ts';

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

let project: Project;
let mounted = false;
beforeAll(async () => {
  project = await Project.create();
  await project.write(pumpPages(6));
  mounted = mount(join(project.folder, 'disk'), '20m');
});
afterAll(async () => {
  if (mounted) execFileSync('umount', [join(project.folder, 'disk')]);
  await project.remove();
});

it('says what to do when the disk is full, loses nothing, and goes on once there is room', async ({ skip }) => {
  skip(!mounted, 'mounting a small disk needs root');
  const run = ['run', 'docs', '--model', MODEL, '--questions', 'headings', '--max-length', '64', '--epochs', '1'];
  const full = await project.hone([...run, '--store', 'disk/store', '--json']);
  expect(full.code).toBe(1);
  expect(full.stderr).toMatch(/disk that holds .* is full/);
  expect(full.stderr).toContain('Free some space');
  expect(full.stdout + full.stderr).not.toMatch(/\n\s+at .*:\d+:\d+/);

  mount(join(project.folder, 'disk'), '900m', 'remount,');
  const roomy = await project.hone([...run, '--store', 'disk/store', '--json']);
  expect([0, 3]).toContain(roomy.code);
  expect(roomy.stderr).toMatch(/dataset.*reused/);
  expect(lastJson(roomy).training.steps).toBeGreaterThan(0);
});
