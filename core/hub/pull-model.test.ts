import { createHash } from 'node:crypto';
import { appendFile, cp, mkdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, test } from 'vitest';
import type { StageProgress } from '../contracts/progress.ts';
import { writeQueryAdapter } from '../encoder/files/query-adapter.ts';
import { temporaryFolder } from '../primitives/temporary-folder.fixture.ts';
import { pullModel } from './pull-model.ts';

const COMMIT = 'a'.repeat(40);
const WEIGHTS = Buffer.from(Array.from({ length: 300_000 }, (_, index) => (index * 31) % 251));
const FILES: Record<string, Buffer> = {
  'config.json': Buffer.from('{"model_type":"bert"}'),
  'tokenizer.json': Buffer.from('{}'),
  'modules.json': Buffer.from('[]'),
  '1_Pooling/config.json': Buffer.from('{"pooling_mode_mean_tokens":true}'),
  'model.safetensors': WEIGHTS,
  'pytorch_model.bin': Buffer.from('pickle'),
  'onnx/model.onnx': Buffer.from('onnx'),
};

const folder = temporaryFolder();
let server: Server;
let endpoint: string;
let requests: { path: string; range: string | undefined; authorization: string | undefined }[];
/** Answers a request in place of the hub and returns `true`, or returns `false`. */
let intercept: (request: IncomingMessage, response: ServerResponse) => boolean;
let listed: Record<string, Buffer>;

const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');
const gitSha1 = (bytes: Buffer) => createHash('sha1').update(`blob ${bytes.length}\0`).update(bytes).digest('hex');

/** Behaves like the hub: lists files with hashes, redirects large files to a CDN on another origin, supports ranges. */
function hub(request: IncomingMessage, response: ServerResponse): void {
  const path = new URL(request.url ?? '', endpoint).pathname;
  requests.push({ path, range: request.headers.range, authorization: request.headers.authorization });
  if (intercept(request, response)) return;
  if (path.startsWith('/api/models/')) {
    const siblings = Object.entries(listed).map(([rfilename, bytes]) => ({
      rfilename,
      size: bytes.length,
      blobId: gitSha1(bytes),
      ...(rfilename.endsWith('.safetensors') ? { lfs: { sha256: sha256(bytes), size: bytes.length } } : {}),
    }));
    response.end(JSON.stringify({ sha: COMMIT, siblings }));
    return;
  }
  const name = path.replace(/^\/cdn\/|^.*\/resolve\/[0-9a-f]{40}\//, '');
  const bytes = FILES[name];
  if (bytes === undefined) {
    response.writeHead(404).end();
  } else if (name.endsWith('.safetensors') && !path.startsWith('/cdn/')) {
    response.writeHead(302, { location: `${endpoint.replace('127.0.0.1', 'localhost')}/cdn/${name}` }).end();
  } else {
    const from = Number(/bytes=(\d+)-/.exec(request.headers.range ?? '')?.[1] ?? 0);
    response.writeHead(from > 0 ? 206 : 200, { 'content-length': bytes.length - from }).end(bytes.subarray(from));
  }
}

beforeEach(async () => {
  requests = [];
  listed = FILES;
  intercept = () => false;
  server = createServer(hub).listen(0);
  await new Promise((resolve) => server.once('listening', resolve));
  endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

const pull = (name: string, more: { refresh?: boolean; token?: string; onProgress?(p: StageProgress): void } = {}) =>
  pullModel(name, {
    cache: folder.path,
    baseDir: folder.path,
    env: { HF_ENDPOINT: `${endpoint}/`, ...(more.token ? { HF_TOKEN: more.token } : {}) },
    retry: { attempts: 2, pauseInMs: 1 },
    ...more,
  });

/** Closes the connection after `sent` bytes of the weights, `times` times. */
function cutWeights(sent: number, times: number): void {
  intercept = (request, response) => {
    if (!request.url?.startsWith('/cdn/model.safetensors') || times === 0) return false;
    times -= 1;
    const from = Number(/bytes=(\d+)-/.exec(request.headers.range ?? '')?.[1] ?? 0);
    response.writeHead(from > 0 ? 206 : 200, { 'content-length': WEIGHTS.length - from });
    response.write(WEIGHTS.subarray(from, from + sent), () => setTimeout(() => response.destroy(), 20));
    return true;
  };
}

test('downloads only the files that Hone reads, at a recorded commit', async () => {
  const progress: StageProgress[] = [];
  const model = await pull('acme/tiny', { onProgress: (seen) => progress.push(seen) });
  expect(model).toMatchObject({ name: 'acme/tiny', revision: COMMIT });
  expect(model.files.map(({ path }) => path).sort()).toEqual(
    ['1_Pooling/config.json', 'config.json', 'model.safetensors', 'modules.json', 'tokenizer.json'].sort(),
  );
  expect(await readFile(join(model.folder, 'model.safetensors'))).toEqual(WEIGHTS);
  expect(progress.at(-1)).toMatchObject({ unit: 'MB', done: progress.at(-1)?.total });
});

test('concurrent runs find a downloaded model without downloading it again', async () => {
  const first = await pull('acme/tiny');
  const { length } = requests;
  const found = await Promise.all(Array.from({ length: 16 }, () => pull('acme/tiny')));
  for (const model of found) expect(model).toEqual(first);
  expect(requests).toHaveLength(length);
});

test('needs no network for a downloaded model, by branch or by commit', async () => {
  const first = await pull('acme/tiny');
  requests = [];
  expect(await pull('acme/tiny')).toEqual(first);
  expect(await pull(`acme/tiny@${COMMIT}`)).toEqual(first);
  expect(requests).toEqual([]);
  await pull('acme/tiny', { refresh: true });
  expect(requests.map(({ path }) => path)).toEqual(['/api/models/acme/tiny/revision/main']);
});

test('resumes a broken download where it stopped, as long as each attempt brings bytes', async () => {
  cutWeights(50_000, 5);
  const { folder: at } = await pull('acme/tiny');
  expect(await readFile(join(at, 'model.safetensors'))).toEqual(WEIGHTS);
  const ranges = requests.filter(({ path }) => path.startsWith('/cdn/')).map(({ range }) => range);
  expect(ranges).toHaveLength(6);
  expect(ranges.slice(1).every((range) => /^bytes=[1-9]\d*-$/.test(range ?? ''))).toBe(true);
});

test('gives up on a connection that sends headers but no content', async () => {
  intercept = (request, response) => {
    if (!request.url?.startsWith('/cdn/')) return false;
    response.writeHead(200, { 'content-length': WEIGHTS.length }).flushHeaders();
    return true;
  };
  const failed = pullModel('acme/tiny', {
    cache: folder.path,
    baseDir: folder.path,
    env: { HF_ENDPOINT: endpoint },
    retry: { attempts: 2, pauseInMs: 1, stallInMs: 200 },
  });
  await expect(failed).rejects.toMatchObject({
    kind: 'unavailable',
    message: expect.stringContaining('no byte in 0.2 s'),
  });
});

test('keeps the bytes of a failed download for the next call', async () => {
  let sent = false;
  intercept = (request, response) => {
    if (!request.url?.startsWith('/cdn/')) return false;
    if (sent) return response.writeHead(503).end() !== undefined;
    sent = true;
    response.writeHead(200, { 'content-length': WEIGHTS.length });
    return response.write(WEIGHTS.subarray(0, 100_000), () => setTimeout(() => response.destroy(), 20)) !== undefined;
  };
  await expect(pull('acme/tiny')).rejects.toMatchObject({
    kind: 'unavailable',
    message: expect.stringContaining('503'),
  });
  intercept = () => false;
  requests = [];
  await pull('acme/tiny');
  expect(requests.find(({ path }) => path.startsWith('/cdn/'))?.range).toBe('bytes=100000-');
});

test('rejects bytes that do not match the announced hash', async () => {
  intercept = (request, response) => {
    if (!request.url?.startsWith('/cdn/')) return false;
    response.end(Buffer.alloc(WEIGHTS.length, 7));
    return true;
  };
  await expect(pull('acme/tiny')).rejects.toMatchObject({
    kind: 'unavailable',
    message: expect.stringMatching(/model\.safetensors .* does not match what the hub announced/),
  });
  intercept = () => false;
  await expect(pull('acme/tiny')).resolves.toMatchObject({ revision: COMMIT });
});

test('downloads a copy again that was damaged on disk', async () => {
  const { folder: at, sha256: before } = await pull('acme/tiny');
  await writeFile(join(at, 'model.safetensors'), Buffer.alloc(WEIGHTS.length, 1));
  const again = await pull('acme/tiny');
  expect(again.sha256).toBe(before);
  expect(await readFile(join(again.folder, 'model.safetensors'))).toEqual(WEIGHTS);
});

test('sends the token to the hub, but not to the CDN to which it redirects', async () => {
  await pull('acme/tiny', { token: 'hf_secret' });
  const seen = (prefix: string) => requests.filter(({ path }) => path.startsWith(prefix)).map((r) => r.authorization);
  expect(new Set(seen('/api/'))).toEqual(new Set(['Bearer hf_secret']));
  expect(seen('/cdn/')).toEqual([undefined]);
});

test.each([
  [401, 'credentials', /HF_TOKEN/],
  [403, 'credentials', /conditions/],
  [404, 'input', /revision/],
  [503, 'unavailable', /mirror/],
])('advises what to do if the hub returns status %i', async (status, kind, advice) => {
  intercept = (_, response) => response.writeHead(status).end() !== undefined;
  await expect(pull('acme/tiny')).rejects.toMatchObject({ kind, advice: expect.stringMatching(advice) });
});

test('downloads pickled weights only if there are no others', async () => {
  const { 'model.safetensors': _, ...pickled } = FILES;
  listed = pickled;
  const { files } = await pull('acme/old');
  expect(files.map(({ path }) => path)).toContain('pytorch_model.bin');
});

test.each([
  ['model-00001-of-00002.safetensors', /several files/],
  ['pytorch_model-00001-of-00002.bin', /several files/],
  ['model.ckpt', /keeps its weights in model\.ckpt/],
])('rejects a model with %s before it downloads anything', async (file, message) => {
  const { 'model.safetensors': _, 'pytorch_model.bin': __, ...others } = FILES;
  listed = { ...others, [file]: Buffer.from('weights') };
  await expect(pull('acme/old')).rejects.toMatchObject({ message: expect.stringMatching(message) });
  expect(requests).toHaveLength(1);
});

test('recognises a server that is not a hub', async () => {
  intercept = (_, response) => response.end('<html>Welcome to the hotel Wi-Fi</html>') !== undefined;
  await expect(pull('acme/tiny')).rejects.toMatchObject({
    message: expect.stringContaining('its response is not that of a hub'),
  });
});

test('gives alternatives if the hub cannot be reached', async () => {
  const nowhere = pullModel('acme/tiny', {
    cache: folder.path,
    baseDir: folder.path,
    env: { HF_ENDPOINT: 'http://127.0.0.1:1' },
  });
  await expect(nowhere).rejects.toMatchObject({
    kind: 'unavailable',
    advice: expect.stringMatching(/HF_ENDPOINT=https:\/\/hf-mirror\.com.*modelscope:acme\/tiny/),
  });
});

test('hashes a folder once, and again when a file changes', async () => {
  const at = folder.join('mine');
  await mkdir(at);
  for (const name of ['config.json', 'tokenizer.json', 'model.safetensors'])
    await writeFile(join(at, name), FILES[name] ?? '');
  const first = await pull('./mine');
  expect(first).toMatchObject({ name: './mine', revision: 'local' });
  const { atime, mtime } = await stat(join(at, 'model.safetensors'));
  await writeFile(join(at, 'model.safetensors'), Buffer.alloc(WEIGHTS.length));
  await utimes(join(at, 'model.safetensors'), atime, new Date(mtime.getTime() + 5_000));
  expect((await pull('mine')).sha256).not.toBe(first.sha256);
});

test('rejects a folder outside of the roots', async () => {
  const options = { cache: folder.path, baseDir: folder.path, roots: [folder.join('inside')] };
  await mkdir(folder.join('inside'));
  await expect(pullModel('inside/..', options)).rejects.toMatchObject({ message: expect.stringContaining('outside') });
});

test.each(['', 'a b', 'acme/../etc', 'acme/x/y', 'pypi:', 'pypi:-e .', 'pypi:x --index-url', 'acme/x@'])(
  '%j is not the name of a model',
  async (name) => {
    await expect(pull(name)).rejects.toMatchObject({ kind: 'input' });
    expect(requests).toEqual([]);
  },
);

describe('a model is another one', () => {
  const RECORDED = new URL('../../tests/recorded/architectures/bert-dense/model', import.meta.url).pathname;
  const model = () => folder.join('model');
  const hash = async () => (await pull(model())).sha256;
  beforeEach(async () => {
    await cp(RECORDED, model(), { recursive: true });
  });

  it.each([
    'model.safetensors',
    'config.json',
    'tokenizer.json',
    'tokenizer_config.json',
    'config_sentence_transformers.json',
    'sentence_bert_config.json',
    'modules.json',
    '1_Pooling/config.json',
    '2_Dense/config.json',
    '3_Dense/model.safetensors',
  ])('if %s is another', async (file) => {
    const before = await hash();
    await appendFile(join(model(), file), ' ');
    expect(await hash()).not.toBe(before);
  });

  it('if a module is another whose folder has a name of its own', async () => {
    await rename(join(model(), '2_Dense'), join(model(), 'dense'));
    const modules = join(model(), 'modules.json');
    await writeFile(modules, (await readFile(modules, 'utf8')).replace('2_Dense', 'dense'));
    const before = await hash();
    await appendFile(join(model(), 'dense', 'model.safetensors'), ' ');
    expect(await hash()).not.toBe(before);
  });

  it('if its query adapter is another', async () => {
    const matrix = (value: number) => new Float32Array(16).fill(value);
    const adapted = async (value: number) => {
      await rm(model(), { recursive: true });
      await cp(RECORDED, model(), { recursive: true });
      await writeQueryAdapter(model(), matrix(value), 4);
      return hash();
    };
    const before = await hash();
    const first = await adapted(1);
    expect(first).not.toBe(before);
    expect(await adapted(2)).not.toBe(first);
    expect(await adapted(1)).toBe(first);
  });

  it('not if a file is added that no module reads', async () => {
    const before = await hash();
    await mkdir(join(model(), 'checkpoint-500'));
    await writeFile(join(model(), 'checkpoint-500', 'model.safetensors'), 'older weights');
    await writeFile(join(model(), 'README.md'), 'a model');
    expect(await hash()).toBe(before);
  });
});
