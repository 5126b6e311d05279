import { randomUUID } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { openStore } from '../../core/artifacts/open-store.ts';
import { connect } from '../../core/artifacts/s3/connect.ts';
import { bytes, storeContract, text } from '../../core/artifacts/store-contract.fixture.ts';
import type { ArtifactStore } from '../../core/contracts/artifact-store.ts';
import { FaultyProxy } from '../s3/faulty-proxy.ts';
import { BUCKET, S3Server } from '../s3/server.ts';

const MIB = 2 ** 20;
const anywhere = () => `s3://${BUCKET}/${randomUUID()}/up and/手册`;

let server: S3Server;
beforeAll(async () => {
  server = await S3Server.start();
});
afterAll(() => server.remove());
beforeEach(() => {
  for (const [name, value] of Object.entries(server.env)) vi.stubEnv(name, value);
  return () => vi.unstubAllEnvs();
});

describe('the S3 store', () => {
  storeContract(
    async () => ({
      store: await openStore(anywhere()),
      async overwrite({ uri }, content) {
        const key = uri.slice(`s3://${BUCKET}/`.length);
        await connect().send(new PutObjectCommand({ Bucket: BUCKET, Key: key, Body: content }));
      },
    }),
    // SeaweedFS takes its time where more of them race.
    { racers: 6 },
  );
});

describe('a bad connection to S3', () => {
  let proxy: FaultyProxy;
  let store: ArtifactStore;
  let folder: string;
  beforeEach(async () => {
    proxy = await FaultyProxy.before(server.port);
    vi.stubEnv('AWS_ENDPOINT_URL_S3', proxy.endpoint);
    folder = await mkdtemp(join(tmpdir(), 'hone-s3-test-'));
    store = await openStore(anywhere());
    return async () => {
      proxy.close();
      await rm(folder, { recursive: true });
    };
  });

  it('is got over where the server is too busy for a while, or connections are reset', async () => {
    proxy.next(3, 'busy');
    const ref = await store.putObject(bytes('weights'));
    proxy.next(3, 'reset');
    expect(text(await store.readObject(ref))).toBe('weights');
    expect(proxy.seen).toHaveLength(4);
  });

  it('picks a download up where it broke, and brings the right bytes', async () => {
    const ref = await store.putObject(Buffer.alloc(MIB, 'weights'));
    proxy.next(3, 'truncate');
    await store.fetchObject(ref, join(folder, 'weights'));
    expect((await readFile(join(folder, 'weights'))).equals(Buffer.alloc(MIB, 'weights'))).toBe(true);
    expect(proxy.seen).toHaveLength(4);
  });

  it('does not take half of a body for the whole, even where the server says so', async () => {
    const ref = await store.putObject(bytes('all of the weights'));
    proxy.next(1, 'shorten');
    expect(text(await store.readObject(ref))).toBe('all of the weights');
    await store.putIfAbsent('k', bytes('all of the entry'));
    await store.swapPointer('p', undefined, bytes('all of the pointer'));
    proxy.next(1, 'shorten');
    expect(text(await store.get('k'))).toBe('all of the entry');
    proxy.next(1, 'truncate');
    expect(text((await store.readPointer('p'))?.bytes)).toBe('all of the pointer');
  });

  it('sends a part of a large file again that was lost, and that part alone', async () => {
    const content = Buffer.alloc(33 * MIB, 'the weights of a model');
    await writeFile(join(folder, 'weights'), content);
    proxy.next(2, 'reset', ({ url }) => /partNumber=2/.test(url ?? ''));
    const ref = await store.putObject({ file: join(folder, 'weights') });
    const sent = (part: number) => proxy.seen.filter((line) => line.includes(`partNumber=${part}&`)).length;
    expect([sent(1), sent(2), sent(3)]).toEqual([1, 3, 1]);
    expect(Buffer.from(await store.readObject(ref)).equals(content)).toBe(true);
  });

  it('takes an upload up that broke off with its worker, and sends nothing twice', async () => {
    const content = Buffer.alloc(65 * MIB, 'the weights of a model');
    for (let part = 0; part < 5; part++) content.write(`part ${part}`, part * 16 * MIB);
    await writeFile(join(folder, 'weights'), content);
    const uploaded = (part: number) => proxy.seen.filter((line) => line.includes(`partNumber=${part}&`)).length;
    vi.stubEnv('AWS_MAX_ATTEMPTS', '1');
    const dying = await openStore(store.uri);
    proxy.next(100, 'reset', ({ url }) => /partNumber=4/.test(url ?? ''));
    await expect(dying.putObject({ file: join(folder, 'weights') })).rejects.toMatchObject({ kind: 'unavailable' });
    const before = [1, 2, 3, 4, 5].map(uploaded);
    proxy.next(0, 'reset');
    const ref = await (await openStore(store.uri)).putObject({ file: join(folder, 'weights') });
    const after = [1, 2, 3, 4, 5].map(uploaded);
    expect(after[3]).toBe(1);
    expect(before.slice(0, 3)).toEqual([1, 1, 1]);
    expect(after.slice(0, 3)).toEqual([0, 0, 0]);
    expect(Buffer.from(await store.readObject(ref)).equals(content)).toBe(true);
  });

  it('does not lose a race against itself where only the answer was lost', async () => {
    const put = ({ method }: { method?: string }) => method === 'PUT';
    proxy.next(1, 'mute', put);
    expect(await store.putIfAbsent('ledger/k', bytes('mine'))).toBe(true);
    proxy.next(1, 'mute', put);
    const first = await store.swapPointer('p', undefined, bytes('1'));
    expect(first).toBe((await store.readPointer('p'))?.version);
    proxy.next(1, 'mute', put);
    const second = await store.swapPointer('p', first, bytes('2'));
    expect(second).toBe((await store.readPointer('p'))?.version);
    expect(second).toBeDefined();
    proxy.next(0, 'mute');
    expect(await store.putIfAbsent('ledger/k', bytes('another’s'))).toBe(false);
  });

  it('that lasts is told to Temporal, which tries again later', async () => {
    vi.stubEnv('AWS_MAX_ATTEMPTS', '2');
    store = await openStore(store.uri);
    proxy.fault = () => 'busy';
    await expect(store.get('k')).rejects.toMatchObject({ kind: 'unavailable', retryable: true });
  });
});

describe('opening a store in S3', () => {
  it.each([
    ['with a wrong key', { AWS_SECRET_ACCESS_KEY: 'another' }, undefined, 'credentials', /refuses this worker/],
    ['with an unknown key', { AWS_ACCESS_KEY_ID: 'nobody' }, undefined, 'credentials', /refuses this worker/],
    ['in no bucket', {}, 's3://not-there/x', 'config', /There is no bucket not-there/],
    ['without a name', {}, 's3:///x', 'config', /does not name a bucket/],
    ['above the bucket', {}, `s3://${BUCKET}/../x`, 'input', /cannot be a key/],
  ])('%s is refused with a sentence', async (_how, env, uri = anywhere(), kind, message) => {
    for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value);
    await expect(openStore(uri)).rejects.toMatchObject({
      name: 'Fault',
      kind,
      message: expect.stringMatching(message),
    });
  });

  it.each(['accept', 'unsupported'] as const)('is refused where conditional writes do not hold (%s)', async (fault) => {
    const proxy = await FaultyProxy.before(server.port);
    try {
      proxy.fault = () => fault;
      vi.stubEnv('AWS_ENDPOINT_URL_S3', proxy.endpoint);
      await expect(openStore(anywhere())).rejects.toMatchObject({
        kind: 'config',
        advice: expect.stringMatching(/^Use one that does: AWS S3, .*MinIO/),
      });
    } finally {
      proxy.close();
    }
  });
});
