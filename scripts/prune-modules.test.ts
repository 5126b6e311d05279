import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeEach, expect, it } from 'vitest';
import { temporaryFolder } from '../core/primitives/temporary-folder.fixture.ts';

const SCRIPT = fileURLToPath(new URL('./prune-modules.mjs', import.meta.url));
const RUNTIME = 'onnxruntime-node/bin/napi-v6';
const CORE = '@temporalio/core-bridge/releases';

const folder = temporaryFolder();

beforeEach(async () => {
  const platforms = ['linux/x64', 'linux/arm64', 'darwin/arm64', 'win32/x64'];
  const triples = ['x86_64-unknown-linux-gnu', 'aarch64-unknown-linux-gnu', 'aarch64-apple-darwin'];
  const files = [
    ...platforms.map((platform) => `${RUNTIME}/${platform}/onnxruntime_binding.node`),
    ...triples.map((triple) => `${CORE}/${triple}/index.node`),
    ...['a/index.js', 'a/index.js.map', 'a/index.d.ts', 'a/data.ts', 'a/b/map', 'a/b/x.d.mts'],
  ];
  for (const file of files) {
    await mkdir(dirname(folder.join(file)), { recursive: true });
    await writeFile(folder.join(file), 'x');
  }
});

const prune = (...machine: [platform: string, arch: string]) =>
  spawnSync(process.execPath, [SCRIPT, folder.path, ...machine], { encoding: 'utf8' });

const left = async () => {
  const entries = await readdir(folder.path, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => `${entry.parentPath}/${entry.name}`.slice(folder.path.length + 1))
    .sort();
};

it('keeps the native libraries of the machine alone, and no source maps or declarations', async () => {
  expect(prune('linux', 'arm64').status).toBe(0);
  expect(await left()).toEqual(
    [
      ...[`${CORE}/aarch64-unknown-linux-gnu/index.node`, `${RUNTIME}/linux/arm64/onnxruntime_binding.node`],
      ...['a/index.js', 'a/data.ts', 'a/b/map'],
    ].sort(),
  );
});

it('removes nothing if a library of the machine is missing, and says which there are', () => {
  const { status, stderr } = prune('linux', 'riscv64');
  expect(status).not.toBe(0);
  expect(stderr).toContain('has no riscv64, but arm64, x64.');
  expect(existsSync(folder.join(RUNTIME, 'win32/x64/onnxruntime_binding.node'))).toBe(true);
});
