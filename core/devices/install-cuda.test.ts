import { execFile } from 'node:child_process';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { beforeEach, describe, expect, it } from 'vitest';
import { sha256 } from '../primitives/hash.ts';
import { temporaryFolder } from '../primitives/temporary-folder.fixture.ts';
import { installProvider } from './install-cuda.ts';

const folder = temporaryFolder();
const LIBRARIES = { 'libone.so': 'one', 'libtwo.so': 'two' };
const WHEEL = 'pretend_gpu-1.0.0-cp313-cp313-manylinux_2_28_x86_64.whl';

beforeEach(async () => {
  const info = 'pretend_gpu-1.0.0.dist-info';
  const capi = folder.join('package', 'onnxruntime', 'capi');
  await mkdir(capi, { recursive: true });
  await mkdir(folder.join('package', info));
  for (const [name, text] of Object.entries(LIBRARIES)) await writeFile(`${capi}/${name}`, text);
  await writeFile(
    folder.join('package', info, 'METADATA'),
    'Metadata-Version: 2.1\nName: pretend-gpu\nVersion: 1.0.0\n',
  );
  await writeFile(
    folder.join('package', info, 'WHEEL'),
    'Wheel-Version: 1.0\nTag: cp313-cp313-manylinux_2_28_x86_64\n',
  );
  await writeFile(folder.join('package', info, 'RECORD'), '');
  await mkdir(folder.join('wheels'));
  const pack = ['-m', 'zipfile', '-c', folder.join('wheels', WHEEL), 'onnxruntime', info];
  await promisify(execFile)('python3', pack, { cwd: folder.join('package') });
});

const install = (files: Readonly<Record<string, string>>) =>
  installProvider(folder.join('cuda', '1'), {
    env: { ...process.env, PIP_NO_INDEX: '1', PIP_FIND_LINKS: folder.join('wheels') },
    requirement: 'pretend-gpu==1.0.0',
    files,
  });
const hashes = Object.fromEntries(Object.entries(LIBRARIES).map(([name, text]) => [name, sha256(text)]));

describe.runIf(process.platform === 'linux' && process.arch === 'x64')('the CUDA provider from its wheel', () => {
  it('is put beside a copy of the runtime, and what else is in the folder stays', async () => {
    await mkdir(folder.join('cuda', '1', 'libraries', 'nvidia'), { recursive: true });
    await install(hashes);
    const expected = ['libone.so', 'libonnxruntime.so.1', 'libraries', 'libtwo.so'];
    expect((await readdir(folder.join('cuda', '1'))).sort()).toEqual(expected);
    expect(await readFile(folder.join('cuda', '1', 'libone.so'), 'utf8')).toBe('one');
    expect(await readdir(folder.join('cuda', '1', 'libraries'))).toEqual(['nvidia']);
    expect(await readdir(folder.join('cuda'))).toEqual(['1']);
  });

  it('is not installed if a file has another hash', async () => {
    await expect(install({ ...hashes, 'libtwo.so': sha256('other') })).rejects.toMatchObject({
      kind: 'unavailable',
      message: expect.stringMatching(/libtwo\.so.*not the expected/),
    });
    expect(await readdir(folder.join('cuda'))).toEqual([]);
  });
});
