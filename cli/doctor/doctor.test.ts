import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openStore } from '../../core/artifacts/open-store.ts';
import { Fault } from '../../core/contracts/fault.ts';
import { temporaryFolder } from '../../core/primitives/temporary-folder.fixture.ts';
import { findingLines } from './doctor.ts';
import { examine } from './finding.ts';
import { describeDevice, disk, gpu, memory, node, onnxruntime } from './machine.ts';
import { models, profiles } from './services.ts';
import { store } from './store.ts';

const folder = temporaryFolder('file');
let endpoint: Server;
let url: string;
const requests: string[] = [];

beforeAll(async () => {
  endpoint = createServer((request, response) => {
    requests.push(`${request.method} ${request.url}`);
    const key = request.headers.authorization?.replace('Bearer ', '') ?? request.headers['api-key'];
    // A gateway that wants a header of its own.
    const refused = request.url?.includes('api-version') && request.headers['x-team'] !== 'search';
    const status = refused ? 401 : ({ good: 200, bad: 401, old: 404 }[`${key}`] ?? 500);
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ object: 'list', data: [{ id: 'a' }, { id: 'b' }] }));
  });
  await once(endpoint.listen(0, '127.0.0.1'), 'listening');
  const address = endpoint.address();
  url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}/v1`;
});
afterAll(() => void endpoint.close());

const llm = (apiKey: string, baseURL = url) =>
  examine(profiles({ default: { apiKey, baseURL, concurrency: 1, prices: {} } }));

describe('the doctor', () => {
  it('passes the checks of Node, onnxruntime, memory, disk and models on this machine', async () => {
    expect(await examine(node)).toMatchObject({ status: 'ok', found: process.versions.node });
    expect((await examine(onnxruntime)).found).toMatch(/^cpu/);
    expect((await examine(memory)).found).toMatch(/GB available/);
    expect((await examine(disk(folder.path))).found).toContain(folder.path);
    expect(await examine(models(folder.join('models')))).toMatchObject({ status: 'ok' });
  });

  it('names the GPU, or why there is none, and passes in both cases', async () => {
    expect(await examine(gpu(undefined))).toMatchObject({
      status: 'ok',
      found: expect.stringMatching(/^webgpu: .*; cuda: /),
    });
    const found = { provider: 'webgpu', works: true, software: false, name: 'NVIDIA' } as const;
    expect(describeDevice(found)).toBe('webgpu: works, NVIDIA');
    expect(describeDevice({ ...found, software: true })).toMatch(/software only/);
    expect(describeDevice({ ...found, works: false, reason: 'no answer within 20 s' })).toMatch(/none \(no answer/);
  });

  it('fails if the GPU that the settings demand does not work, and says what to do', async () => {
    const cuda = { provider: 'cuda', works: false, software: false, reason: 'libcublas.so.13 is missing' } as const;
    const find = async () => [cuda];
    expect(await examine(gpu('cuda', find))).toMatchObject({
      status: 'fail',
      found: expect.stringContaining('libcublas.so.13'),
      advice: expect.stringContaining('--fix cuda'),
    });
    expect(await examine(gpu('cpu', find))).toMatchObject({ status: 'ok' });
    expect(await examine(gpu('cuda', async () => [{ ...cuda, works: true }]))).toMatchObject({ status: 'ok' });
  });

  it('passes a store whose conditional writes work, every time', async () => {
    const check = store(() => openStore(folder.join('store')));
    for (let i = 0; i < 3; i++) expect(await examine(check)).toMatchObject({ status: 'ok' });
  });

  it('fails a store that lets a second writer overwrite the first', async () => {
    const real = await openStore(folder.join('careless'));
    const careless = { ...real, uri: real.uri, putIfAbsent: async () => true, readPointer: async () => undefined };
    const swapping = { ...careless, swapPointer: async () => 'v1' };
    expect(await examine(store(async () => swapping))).toMatchObject({
      status: 'fail',
      advice: expect.stringContaining('another store'),
    });
  });

  it('fails a store whose entries stay although they are removed, and one that does not list them', async () => {
    const real = await openStore(folder.join('keeps'));
    const keeps = { ...real, uri: real.uri, remove: async () => {} };
    expect(await examine(store(async () => keeps))).toMatchObject({
      status: 'fail',
      found: expect.stringContaining('not removed'),
      advice: expect.stringContaining('s3:DeleteObject'),
    });
    const hides = { ...real, uri: real.uri, async *list() {} };
    expect(await examine(store(async () => hides))).toMatchObject({
      status: 'fail',
      found: expect.stringContaining('not listed'),
    });
  });

  it('warns about a clock that differs from that of the store, and fails before S3 refuses requests', async () => {
    const at = (seconds: number) =>
      store(
        () => openStore(folder.join('clock')),
        () => Date.now() + seconds * 1000,
      );
    expect(await examine(at(20))).toMatchObject({ status: 'ok' });
    expect(await examine(at(-120))).toMatchObject({
      status: 'warn',
      found: expect.stringMatching(/differ by (2 min|1 min)/),
    });
    expect(await examine(at(800))).toMatchObject({ status: 'fail', advice: expect.stringContaining('NTP') });
  });

  it('requests only the list of models from an endpoint', async () => {
    requests.length = 0;
    expect(await llm('good')).toMatchObject({ status: 'ok', found: expect.stringContaining('2 models') });
    expect(requests).toEqual(['GET /v1/models']);
  });

  it('asks an endpoint as a run does: with the headers and the API version of the profile', async () => {
    const profile = { apiKey: 'good', baseURL: url, apiVersion: '2024-10-21', concurrency: 1, prices: {} };
    const asked = (headers: Record<string, string>) => examine(profiles({ default: { ...profile, headers } }));
    expect(await asked({ 'x-team': 'search' })).toMatchObject({ status: 'ok' });
    expect(await asked({})).toMatchObject({ status: 'fail', found: expect.stringContaining('key is refused') });
  });

  it('distinguishes a refused key, an error and a server that does not answer, and never prints the key', async () => {
    expect(await llm('bad')).toMatchObject({ status: 'fail', found: expect.stringContaining('key is refused') });
    expect(await llm('old')).toMatchObject({ status: 'ok' });
    expect(await llm('broken')).toMatchObject({ status: 'fail', found: expect.stringContaining('error') });
    const gone = await llm('secret-key', 'http://127.0.0.1:9/v1');
    expect(gone).toMatchObject({ status: 'fail', found: expect.stringContaining('does not answer') });
    expect(JSON.stringify(gone)).not.toContain('secret-key');
  });

  it('only warns if there is no profile, because questions from headings need none', async () => {
    expect(await examine(profiles({}))).toMatchObject({ status: 'warn', advice: expect.stringContaining('headings') });
  });

  it('warns about a profile without a key, naming the variable', async () => {
    expect(await examine(profiles({}, { house: 'HOUSE_KEY' }))).toMatchObject({
      status: 'warn',
      found: 'house: HOUSE_KEY is not set',
      advice: expect.stringContaining('HOUSE_KEY'),
    });
  });

  it('turns an error of a check into a finding with advice', async () => {
    const thrown = (error: unknown) => examine({ name: 'x', run: () => Promise.reject(error) });
    expect(await thrown(new Fault('config', 'No.', 'Do.'))).toEqual({
      name: 'x',
      status: 'fail',
      found: 'No.',
      advice: 'Do.',
    });
    expect(await thrown(new Error('odd'))).toMatchObject({ status: 'fail', found: 'odd', advice: expect.any(String) });
  });

  it('prints the status as a word', () => {
    const style = (_format: unknown, text: string) => text;
    expect(findingLines({ name: 'disk', status: 'warn', found: '3 GB', advice: 'Make room.' }, style)).toEqual([
      '  warn  disk         3 GB',
      '                     Make room.',
    ]);
  });
});
