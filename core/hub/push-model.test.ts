import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, expect, it } from 'vitest';
import type { StageProgress } from '../contracts/progress.ts';
import { temporaryFolder } from '../primitives/temporary-folder.fixture.ts';
import { type FakeHub, startFakeHub } from './fake-hub.fixture.ts';
import { pullModel } from './pull-model.ts';
import { type PushModelOptions, pushModel } from './push-model.ts';

const REPOSITORY = 'acme/handbook';
/** Large enough for several parts. */
const WEIGHTS = Buffer.from(Array.from({ length: 350_000 }, (_, i) => (i * 31) % 251));
const FILES: Record<string, string | Buffer> = {
  'README.md': '# handbook v1\n',
  'config.json': '{"model_type":"bert"}',
  'tokenizer.json': '{}',
  'modules.json': '[]',
  '1_Pooling/config.json': '{"pooling_mode_mean_tokens":true}',
  'model.safetensors': WEIGHTS,
  'onnx/model.onnx': 'onnx',
};

const temporary = temporaryFolder();
let hub: FakeHub;
let folder: string;

beforeEach(async () => {
  hub = await startFakeHub();
  folder = temporary.join('model');
  await write(FILES);
});

async function write(files: Record<string, string | Buffer>): Promise<void> {
  for (const [path, content] of Object.entries(files)) {
    await mkdir(join(folder, path, '..'), { recursive: true });
    await writeFile(join(folder, path), content);
  }
}

const push = (options: Partial<PushModelOptions> = {}) =>
  pushModel({
    folder,
    repository: REPOSITORY,
    title: 'handbook v1',
    tags: ['v1'],
    env: { HF_ENDPOINT: hub.endpoint, HF_TOKEN: 'hf_token' },
    firstPauseMs: 1,
    ...options,
  });
const pull = (name: string, cache = 'cache') =>
  pullModel(name, { cache: temporary.join(cache), env: { HF_ENDPOINT: hub.endpoint, HF_TOKEN: 'hf_token' } });
const repository = () => hub.repositories.get(REPOSITORY);
const filesOf = (commit = repository()?.head ?? '') => repository()?.commits.get(commit)?.files;

it('pushes all files into a new private repository, tagged, from which the same bytes are pulled', async () => {
  const progress: StageProgress[] = [];
  const pushed = await push({ onProgress: (seen) => progress.push(seen) });
  expect(pushed).toMatchObject({ created: true, url: `${hub.endpoint}/${REPOSITORY}`, tags: ['v1'], deleted: [] });
  expect(pushed.changed.map(({ path }) => path)).toEqual(Object.keys(FILES).sort());
  expect(repository()?.visibility).toBe('private');
  expect(repository()?.tags.get('v1')).toBe(pushed.commit);
  for (const [path, content] of Object.entries(FILES)) expect(filesOf()?.get(path)).toEqual(Buffer.from(content));
  expect(progress.at(-1)).toMatchObject({ unit: 'MB', done: 0.4, total: 0.4 });

  const pulled = await pull(`${REPOSITORY}@v1`);
  expect(pulled.revision).toBe(pushed.commit);
  for (const { path } of pulled.files)
    expect(await readFile(join(pulled.folder, path))).toEqual(Buffer.from(FILES[path] ?? ''));
  expect(pulled.sha256).toBe((await pull(folder)).sha256);
});

it('sends nothing if the repository has the same files', async () => {
  const first = await push();
  hub.requests.length = 0;
  const again = await push();
  expect(again).toMatchObject({ commit: first.commit, created: false, changed: [] });
  expect(again.unchanged).toHaveLength(7);
  expect(hub.requests.every((request) => request.startsWith('GET '))).toBe(true);
});

it('sends only files that have changed, and deletes those that the model does not have any more', async () => {
  const first = await push();
  hub.received.bytes = 0;
  await write({ 'README.md': '# handbook v2\n', 'tokenizer.json': '{"a":1}' });
  await rm(join(folder, 'onnx'), { recursive: true });
  const second = await push({ title: 'handbook v2', tags: ['v2'] });
  expect(second.changed.map(({ path }) => path)).toEqual(['README.md', 'tokenizer.json']);
  expect(second.deleted).toEqual(['onnx/model.onnx']);
  expect(hub.received.bytes).toBe(0);
  expect([...(filesOf()?.keys() ?? [])]).toContain('.gitattributes');
  expect(filesOf()?.has('onnx/model.onnx')).toBe(false);
  expect(filesOf(first.commit)?.has('onnx/model.onnx')).toBe(true);
  expect(Object.fromEntries(repository()?.tags ?? [])).toEqual({ v1: first.commit, v2: second.commit });
});

it('continues an interrupted push without sending complete files again, and shows nothing of it before', async () => {
  let broken = true;
  hub.intercept = (request) => {
    if (!broken || !request.url?.includes('/commit/')) return false;
    request.socket.destroy();
    return true;
  };
  await expect(push()).rejects.toMatchObject({
    kind: 'unavailable',
    advice: expect.stringContaining('not sent again'),
  });
  expect(filesOf()?.has('model.safetensors')).toBe(false);
  expect(hub.received.bytes).toBe(WEIGHTS.length + 4);
  broken = false;
  hub.received.bytes = 0;
  const { commit } = await push();
  expect(hub.received.bytes).toBe(0);
  expect(filesOf(commit)?.get('model.safetensors')).toEqual(WEIGHTS);
});

it('tries again what fails in passing: a part, a request, a tag whose answer was lost', async () => {
  const failed = new Set<string>();
  hub.intercept = (request, response) => {
    const url = request.url ?? '';
    if (failed.has(url) || request.method === 'GET' || url.includes('/commit/')) return false;
    failed.add(url);
    if (url.includes('/storage/')) request.socket.destroy();
    else response.writeHead(503).end();
    return true;
  };
  const { commit } = await push();
  expect(failed.size).toBeGreaterThan(4);
  expect(repository()?.tags.get('v1')).toBe(commit);
  expect(filesOf(commit)?.get('model.safetensors')).toEqual(WEIGHTS);
});

it('pushes an earlier version again, whose tag stays where it is', async () => {
  const first = await push();
  await write({ 'config.json': '{"model_type":"mpnet"}' });
  await push({ title: 'handbook v2', tags: ['v2'] });
  await write(FILES);
  const back = await push();
  expect(back.commit).not.toBe(first.commit);
  expect(filesOf(back.commit)?.get('config.json')?.toString()).toBe(FILES['config.json']);
  expect(repository()?.tags.get('v1')).toBe(first.commit);
});

it('moves no tag to other files', async () => {
  await push();
  await write({ 'config.json': '{"model_type":"mpnet"}' });
  hub.requests.length = 0;
  await expect(push()).rejects.toMatchObject({
    kind: 'input',
    message: `The tag v1 of ${REPOSITORY} stands for other files.`,
    details: ['config.json'],
  });
  expect(hub.requests.every((request) => request.startsWith('GET '))).toBe(true);
});

it('says in a dry run what it would do, and changes nothing', async () => {
  const planned = await push({ dryRun: true });
  expect(planned).toMatchObject({ created: true, tags: ['v1'] });
  expect(planned.changed).toHaveLength(7);
  expect(planned.commit).toBeUndefined();
  expect(hub.repositories.size).toBe(0);
});

it('makes a public repository only if that is asked for', async () => {
  await push({ isPublic: true });
  expect(repository()?.visibility).toBe('public');
});

it('overwrites nothing that somebody else has pushed meanwhile', async () => {
  await push();
  await write({ 'README.md': '# handbook v2\n' });
  hub.intercept = (request) => {
    const existing = repository();
    if (request.url?.includes('/preupload/') && existing) {
      const commit = existing.commits.get(existing.head);
      existing.head = 'f'.repeat(40);
      if (commit) existing.commits.set(existing.head, commit);
    }
    return false;
  };
  await expect(push({ tags: ['v2'] })).rejects.toMatchObject({
    kind: 'unavailable',
    message: expect.stringContaining('changed meanwhile'),
  });
});

it.each([
  ['no token', { HF_TOKEN: '' }, 'credentials', 'HF_TOKEN is not set'],
  ['a token that may not write', { HF_TOKEN: 'hf_other' }, 'credentials', 'denies access'],
  ['a hub that cannot be reached', { HF_ENDPOINT: 'http://127.0.0.1:1' }, 'unavailable', '127.0.0.1:1'],
])('explains %s', async (_what, env, kind, message) => {
  const failed = push({ env: { HF_ENDPOINT: hub.endpoint, HF_TOKEN: 'hf_token', ...env } });
  await expect(failed).rejects.toMatchObject({ name: 'Fault', kind, message: expect.stringContaining(message) });
  await expect(failed).rejects.not.toMatchObject({ message: expect.stringContaining('hf_other') });
});

it.each(['handbook', '../x/y', 'acme/../x', 'https://hub/acme/x'])(
  'refuses %s as the name of a repository',
  async (name) => {
    await expect(push({ repository: name })).rejects.toMatchObject({ kind: 'input' });
  },
);
