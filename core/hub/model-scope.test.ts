import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { temporaryFolder } from '../primitives/temporary-folder.fixture.ts';
import { pullModel } from './pull-model.ts';

const [OLD, NEW] = ['a'.repeat(40), 'b'.repeat(40)];
const WEIGHTS = Buffer.from(Array.from({ length: 200_000 }, (_, index) => (index * 31) % 251));
/** Content, and the commit that changed it last. */
const FILES: Record<string, [Buffer, string]> = {
  '.gitattributes': [Buffer.from('*.safetensors filter=lfs'), OLD],
  'config.json': [Buffer.from('{"model_type":"bert"}'), OLD],
  'tokenizer.json': [Buffer.from('{}'), NEW],
  'modules.json': [Buffer.from('[]'), OLD],
  '1_Pooling/config.json': [Buffer.from('{"pooling_mode_cls_token":true}'), OLD],
  'model.safetensors': [WEIGHTS, OLD],
  'onnx/model.onnx': [Buffer.from('onnx'), OLD],
};

const folder = temporaryFolder();
let server: Server;
let endpoint: string;
let requests: string[];
/** Answers a request in place of ModelScope and returns `true`, or returns `false`. */
let intercept: (path: string, response: ServerResponse) => boolean;

/**
 * Behaves like ModelScope: wraps its answers in Code, Data and Message, lists folders too, knows its branch and its
 * commits, redirects large files to a CDN on another origin, and supports ranges.
 */
function modelScope(request: IncomingMessage, response: ServerResponse): void {
  const url = new URL(request.url ?? '', endpoint);
  requests.push(`${url.pathname}${url.search}`);
  if (intercept(url.pathname, response)) return;
  const revision = url.searchParams.get('Revision') ?? '';
  const missing = () => response.writeHead(404).end(JSON.stringify({ Code: 10_010_205_001, Message: '资源不存在' }));
  if (url.pathname === '/api/v1/models/acme/tiny/repo/files') {
    if (!['master', OLD, NEW].includes(revision)) return void missing();
    const blobs = Object.entries(FILES).map(([Path, [bytes, Revision]]) => ({
      ...{ Type: 'blob', Path, Name: Path.split('/').at(-1), Size: bytes.length, IsLFS: Path.endsWith('.safetensors') },
      Sha256: createHash('sha256').update(bytes).digest('hex'),
      ...{ Revision, CommittedDate: Revision === NEW ? 1_700_000_000 : 1_600_000_000 },
    }));
    const tree = { Type: 'tree', Path: '1_Pooling', Name: '1_Pooling', Size: 0, Sha256: '', Revision: OLD };
    const Files = [{ ...tree, CommittedDate: 1_600_000_000 }, ...blobs];
    return void response.end(JSON.stringify({ Code: 200, Data: { Files }, Message: '', Success: true }));
  }
  const path = url.searchParams.get('FilePath') ?? '';
  const [bytes, commit] = FILES[path] ?? [];
  if (!bytes || (url.pathname === '/api/v1/models/acme/tiny/repo' && revision !== commit)) return void missing();
  if (path.endsWith('.safetensors') && url.pathname !== '/cdn')
    return void response
      .writeHead(302, { location: `${endpoint.replace('127.0.0.1', 'localhost')}/cdn?FilePath=${path}` })
      .end();
  const from = Number(/bytes=(\d+)-/.exec(request.headers.range ?? '')?.[1] ?? 0);
  response.writeHead(from > 0 ? 206 : 200, { 'content-length': bytes.length - from }).end(bytes.subarray(from));
}

beforeEach(async () => {
  requests = [];
  intercept = () => false;
  server = createServer(modelScope).listen(0);
  await new Promise((resolve) => server.once('listening', resolve));
  endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

const pull = (name: string, more: { refresh?: boolean } = {}) =>
  pullModel(name, {
    cache: folder.path,
    baseDir: folder.path,
    env: { MODELSCOPE_DOMAIN: endpoint },
    retry: { attempts: 2, pauseInMs: 1 },
    ...more,
  });

test('downloads the files that Hone reads from ModelScope, at a recorded commit', async () => {
  const model = await pull('modelscope:acme/tiny');
  expect(model).toMatchObject({ name: 'modelscope:acme/tiny', revision: NEW });
  expect(model.files.map(({ path }) => path)).toEqual([
    '1_Pooling/config.json',
    'config.json',
    'model.safetensors',
    'modules.json',
    'tokenizer.json',
  ]);
  expect(await readFile(join(model.folder, 'model.safetensors'))).toEqual(WEIGHTS);
});

test('needs no network for a downloaded model, by branch or by commit, and asks again if it shall', async () => {
  const first = await pull('modelscope:acme/tiny');
  requests = [];
  expect(await pull('modelscope:acme/tiny')).toEqual(first);
  expect(await pull(`${first.name}@${first.revision}`)).toEqual(first);
  expect(requests).toEqual([]);
  expect(await pull('modelscope:acme/tiny', { refresh: true })).toEqual(first);
  expect(requests).toEqual(['/api/v1/models/acme/tiny/repo/files?Revision=master&Recursive=true']);
});

test('another worker downloads the same bytes by the recorded name', async () => {
  expect(await pull(`modelscope:acme/tiny@${NEW}`)).toMatchObject({ revision: NEW, name: 'modelscope:acme/tiny' });
});

test('rejects bytes that do not match the announced hash', async () => {
  intercept = (path, response) => path === '/cdn' && response.end(Buffer.alloc(WEIGHTS.length, 7)) !== undefined;
  await expect(pull('modelscope:acme/tiny')).rejects.toMatchObject({
    kind: 'unavailable',
    message: expect.stringMatching(/model\.safetensors .* does not match/),
    advice: expect.stringContaining('hf-mirror.com'),
  });
});

test.each([
  [401, 'credentials', /modelscope download/],
  [503, 'unavailable', /Hugging Face hub \(acme\/tiny\)/],
])('advises what to do if ModelScope returns status %i', async (status, kind, advice) => {
  intercept = (_, response) => response.writeHead(status).end() !== undefined;
  await expect(pull('modelscope:acme/tiny')).rejects.toMatchObject({ kind, advice: expect.stringMatching(advice) });
});

test('explains that a model or revision does not exist, or that another server answers', async () => {
  await expect(pull('modelscope:acme/none')).rejects.toMatchObject({ kind: 'input' });
  await expect(pull('modelscope:acme/tiny@v2')).rejects.toMatchObject({
    message: expect.stringContaining('at revision v2'),
  });
  intercept = (_, response) => response.end('<html>Welcome to the hotel Wi-Fi</html>') !== undefined;
  await expect(pull('modelscope:acme/tiny')).rejects.toMatchObject({ kind: 'unavailable' });
});

test.each(['modelscope:', 'modelscope:tiny', 'modelscope:acme/../etc', 'modelscope:acme/tiny@'])(
  '%j is not the name of a model',
  async (name) => {
    await expect(pull(name)).rejects.toMatchObject({ kind: 'input' });
    expect(requests).toEqual([]);
  },
);
