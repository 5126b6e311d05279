import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openStore } from '../../core/artifacts/open-store.ts';
import { Fault } from '../../core/contracts/fault.ts';
import { findingLines } from './doctor.ts';
import { examine } from './finding.ts';
import { describeDevice, disk, gpu, memory, node, onnxruntime } from './machine.ts';
import { models, profiles, store } from './services.ts';

let folder: string;
let endpoint: Server;
let url: string;
const asked: string[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hone-doctor-'));
  endpoint = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`);
    const key = request.headers.authorization?.replace('Bearer ', '');
    const status = { good: 200, bad: 401, old: 404 }[key ?? ''] ?? 500;
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ object: 'list', data: [{ id: 'a' }, { id: 'b' }] }));
  });
  await new Promise<void>((resolve) => endpoint.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(endpoint.address() as AddressInfo).port}/v1`;
});
afterAll(async () => {
  endpoint.close();
  await rm(folder, { recursive: true });
});

const llm = (apiKey: string, baseURL = url) =>
  examine(profiles({ default: { apiKey, baseURL, concurrency: 1, prices: {} } }));

describe('the doctor', () => {
  it('is content with the machine these tests run on, as far as Node and onnxruntime go', async () => {
    expect(await examine(node)).toMatchObject({ status: 'ok', found: process.versions.node });
    expect((await examine(onnxruntime)).found).toMatch(/^cpu/);
    expect((await examine(memory)).found).toMatch(/GB available/);
    expect((await examine(disk(folder))).found).toContain(folder);
    expect(await examine(models(join(folder, 'models')))).toMatchObject({ status: 'ok' });
  });

  it('names the GPU that is there, or says why none is; neither is a fault', async () => {
    expect(await examine(gpu)).toMatchObject({ status: 'ok', found: expect.stringMatching(/^webgpu: .*; cuda: /) });
    const found = { provider: 'webgpu', works: true, software: false, name: 'NVIDIA' } as const;
    expect(describeDevice(found)).toBe('webgpu: works, NVIDIA');
    expect(describeDevice({ ...found, software: true })).toMatch(/software only/);
    expect(describeDevice({ ...found, works: false, reason: 'no answer within 20 s' })).toMatch(/none \(no answer/);
  });

  it('finds a store whose conditional writes hold, again and again', async () => {
    const check = store(() => openStore(join(folder, 'store')));
    for (let time = 0; time < 3; time++) expect(await examine(check)).toMatchObject({ status: 'ok' });
  });

  it('fails a store that lets a second writer overwrite the first', async () => {
    const real = await openStore(join(folder, 'careless'));
    const careless = { ...real, uri: real.uri, putIfAbsent: async () => true, readPointer: async () => undefined };
    const swapping = { ...careless, swapPointer: async () => 'v1' };
    expect(await examine(store(async () => swapping))).toMatchObject({
      status: 'fail',
      advice: expect.stringContaining('another store'),
    });
  });

  it('asks an endpoint for its models and for nothing that costs', async () => {
    asked.length = 0;
    expect(await llm('good')).toMatchObject({ status: 'ok', found: expect.stringContaining('2 models') });
    expect(asked).toEqual(['GET /v1/models']);
  });

  it('tells a refused key from a server that is not there, and never shows the key', async () => {
    expect(await llm('bad')).toMatchObject({ status: 'fail', found: expect.stringContaining('key is refused') });
    expect(await llm('old')).toMatchObject({ status: 'ok' });
    expect(await llm('broken')).toMatchObject({ status: 'fail', found: expect.stringContaining('error') });
    const gone = await llm('secret-key', 'http://127.0.0.1:9/v1');
    expect(gone).toMatchObject({ status: 'fail', found: expect.stringContaining('does not answer') });
    expect(JSON.stringify(gone)).not.toContain('secret-key');
  });

  it('only warns where there is no profile: headings need none', async () => {
    expect(await examine(profiles({}))).toMatchObject({ status: 'warn', advice: expect.stringContaining('headings') });
  });

  it('warns of a profile whose key is not set, by the variable', async () => {
    expect(await examine(profiles({}, { house: 'HOUSE_KEY' }))).toMatchObject({
      status: 'warn',
      found: 'house: HOUSE_KEY is not set',
      advice: expect.stringContaining('HOUSE_KEY'),
    });
  });

  it('turns whatever a check throws into a line with advice', async () => {
    const thrown = (error: unknown) => examine({ name: 'x', run: () => Promise.reject(error) });
    expect(await thrown(new Fault('config', 'No.', 'Do.'))).toEqual({
      name: 'x',
      status: 'fail',
      found: 'No.',
      advice: 'Do.',
    });
    expect(await thrown(new Error('odd'))).toMatchObject({ status: 'fail', found: 'odd', advice: expect.any(String) });
  });

  it('prints the state as a word', () => {
    const style = (_format: unknown, text: string) => text;
    expect(findingLines({ name: 'disk', status: 'warn', found: '3 GB', advice: 'Make room.' }, style)).toEqual([
      '  warn  disk         3 GB',
      '                     Make room.',
    ]);
  });
});
