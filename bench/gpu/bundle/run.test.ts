import { execFile } from 'node:child_process';
import { copyFile, mkdir, readdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { beforeEach, describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../../core/primitives/temporary-folder.fixture.ts';
import { packArchive } from './archive.ts';

const run = promisify(execFile);
const SCRIPT = fileURLToPath(new URL('./run.sh', import.meta.url));
const NODE = 'node_modules/node/bin/node';
const folder = temporaryFolder();
/** Of the parts that `beforeEach` packs. */
const PART_BYTES = 300;

/** A bundle whose Node only says what it was called with. */
beforeEach(async () => {
  await mkdir(folder.join('content/node_modules/node/bin'), { recursive: true });
  await mkdir(folder.join('content/bench/gpu'), { recursive: true });
  await writeFile(folder.join('content', NODE), '#!/bin/sh\necho "called $*"\n', { mode: 0o755 });
  const noise = Array.from({ length: 400 }, (_, i) => String.fromCharCode(33 + ((i * i * 7919) % 90))).join('');
  await writeFile(folder.join('content/bench/gpu/main.ts'), noise);
  await mkdir(folder.join('bundle'));
  const files = [NODE, 'bench/gpu/main.ts'];
  const parts = await packArchive(folder.join('bundle'), 'base', folder.join('content'), files, {
    partBytes: PART_BYTES,
  });
  const sums = parts.map(({ sha256, name }) => `${sha256}  ${name}\n`).join('');
  await writeFile(folder.join('bundle/SHA256SUMS'), sums);
  await copyFile(SCRIPT, folder.join('bundle/run.sh'));
});

const start = (args: readonly string[], { at = 'bundle', env = {} } = {}) =>
  run('bash', [folder.join(at, 'run.sh'), ...args], { env: { PATH: process.env.PATH, ...env } });
const failure = (...given: Parameters<typeof start>) =>
  start(...given).then(
    () => '',
    ({ stderr }) => stderr,
  );

describe.runIf(process.platform === 'linux' && process.arch === 'x64')('run.sh', () => {
  it('joins and checks the parts, and hands its options on to the measurement', async () => {
    const names = (await readdir(folder.join('bundle'))).filter((name) => name.includes('.tar.xz.'));
    expect(names.length).toBeGreaterThan(1);
    for (const name of names.slice(0, -1))
      expect((await readFile(folder.join('bundle', name))).length).toBe(PART_BYTES);
    const { stdout } = await start(['--only', 'machine', '--time-limit', '9', '--out', folder.join('out')]);
    const main = folder.join('bundle/unpacked/bench/gpu/main.ts');
    expect(stdout).toBe(`called ${main} --out ${folder.join('out')} --only machine --time-limit 9\n`);
    expect(await readFile(main)).toEqual(await readFile(folder.join('content/bench/gpu/main.ts')));
  });

  it('puts results into $OUT, and without it beside itself', async () => {
    await mkdir(folder.join('given'));
    expect((await start([], { env: { OUT: folder.join('given') } })).stdout).toContain(
      `--out ${folder.join('given')}\n`,
    );
    expect((await start([])).stdout).toContain(`--out ${folder.join('bundle/results')}\n`);
  });

  it('names the parts that are missing, and goes on when they have been added one at a time', async () => {
    const names = (await readdir(folder.join('bundle'))).filter((name) => name.includes('.tar.xz.'));
    const arrival = async (name: string) => {
      await rm(folder.join('arrival'), { recursive: true, force: true });
      await mkdir(folder.join('arrival'));
      for (const file of ['run.sh', 'SHA256SUMS', name])
        await copyFile(folder.join('bundle', file), folder.join('arrival', file));
      return { args: ['--keep', folder.join('kept'), '--list'], at: 'arrival' };
    };
    for (const [i, name] of names.entries()) {
      const { args, at } = await arrival(name);
      if (i < names.length - 1) {
        const said = await failure(args, { at });
        for (const missing of names.slice(i + 1)) expect(said).toContain(missing);
        expect(said).toContain(`base: ${i + 1} of ${names.length} parts are here`);
      } else expect((await start(args, { at })).stdout).toContain('--list');
    }
  });

  it('refuses a part that is damaged', async () => {
    await writeFile(folder.join('bundle/base.tar.xz.01'), 'damaged');
    expect(await failure([])).toContain('A part of the bundle is damaged');
    await rename(folder.join('bundle/SHA256SUMS'), folder.join('elsewhere'));
    expect(await failure([])).toContain('There is no SHA256SUMS');
  });

  it('needs coreutils, tar and xz alone, and says which of them the machine lacks', async () => {
    await mkdir(folder.join('bin'));
    const link = async (tool: string) => {
      const { stdout } = await run('bash', ['-c', `command -v ${tool}`]);
      await symlink(stdout.trim(), folder.join('bin', tool));
    };
    // sh runs the Node of this bundle, and is part of every Linux.
    for (const tool of ['bash', 'sh', 'dirname', 'uname', 'mkdir', 'tar', 'sha256sum', 'cat', 'cp', 'ln'])
      await link(tool);
    expect(await failure([], { env: { PATH: folder.join('bin') } })).toContain('This machine has no xz');
    await link('xz');
    expect((await start([], { env: { PATH: folder.join('bin') } })).stdout).toContain('called');
  });
});
