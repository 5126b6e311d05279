import { randomUUID } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { collectorContract } from '../../core/artifacts/collector/collector-contract.fixture.ts';
import { openStore } from '../../core/artifacts/open-store.ts';
import { connect } from '../../core/artifacts/s3/connect.ts';
import { bytes, storeContract, text } from '../../core/artifacts/store-contract.fixture.ts';
import type { ArtifactStore } from '../../core/contracts/artifact-store.ts';
import { temporaryFolder } from '../../core/primitives/temporary-folder.fixture.ts';
import { FaultyProxy } from '../harness/faulty-proxy.ts';
import { BUCKET, type S3Server, startS3Server } from '../harness/s3-server.ts';
import { stubEnv, useHarness } from '../harness/use-harness.ts';

const MIB = 2 ** 20;
const newUri = () => `s3://${BUCKET}/${randomUUID()}/up and/手册`;

const harness = useHarness();
let server: S3Server;
beforeAll(async () => {
  server = await startS3Server(harness);
});
beforeEach(() => {
  stubEnv(server.env);
  return () => vi.unstubAllEnvs();
});

describe('the S3 store', () => {
  storeContract(
    async () => ({
      store: await openStore(newUri()),
      async overwrite({ uri }, content) {
        const key = uri.slice(`s3://${BUCKET}/`.length);
        await connect().send(new PutObjectCommand({ Bucket: BUCKET, Key: key, Body: content }));
      },
    }),
    // SeaweedFS is slow with more concurrent writers.
    { racers: 6 },
  );
});

describe('collecting a store in S3', () => {
  collectorContract(() => openStore(newUri()), { every: 3 });
});

describe('the S3 store over a bad connection', () => {
  const folder = temporaryFolder();
  let proxy: FaultyProxy;
  let store: ArtifactStore;
  beforeEach(async () => {
    proxy = await FaultyProxy.start(server.port);
    vi.stubEnv('AWS_ENDPOINT_URL_S3', proxy.endpoint);
    store = await openStore(newUri());
    return () => proxy.close();
  });

  it('retries while the server is busy, and when connections are reset', async () => {
    proxy.failNext(3, 'busy');
    const ref = await store.putObject(bytes('weights'));
    proxy.failNext(3, 'reset');
    expect(text(await store.readObject(ref))).toBe('weights');
    expect(proxy.requests).toHaveLength(4);
  });

  it('resumes a download that breaks off, and returns the right bytes', async () => {
    const ref = await store.putObject(Buffer.alloc(MIB, 'weights'));
    proxy.failNext(3, 'truncate');
    await store.fetchObject(ref, folder.join('weights'));
    expect((await readFile(folder.join('weights'))).equals(Buffer.alloc(MIB, 'weights'))).toBe(true);
    expect(proxy.requests).toHaveLength(4);
  });

  it('does not accept half of a body, even if the content length matches', async () => {
    const ref = await store.putObject(bytes('all of the weights'));
    proxy.failNext(1, 'shorten');
    expect(text(await store.readObject(ref))).toBe('all of the weights');
    await store.putIfAbsent('k', bytes('all of the entry'));
    await store.swapPointer('p', undefined, bytes('all of the pointer'));
    proxy.failNext(1, 'shorten');
    expect(text(await store.get('k'))).toBe('all of the entry');
    proxy.failNext(1, 'truncate');
    expect(text((await store.readPointer('p'))?.bytes)).toBe('all of the pointer');
  });

  it('uploads only the lost part of a large file again', async () => {
    const content = Buffer.alloc(33 * MIB, 'the weights of a model');
    await writeFile(folder.join('weights'), content);
    proxy.failNext(2, 'reset', ({ url }) => /partNumber=2/.test(url ?? ''));
    const ref = await store.putObject({ file: folder.join('weights') });
    const sent = (part: number) => proxy.requests.filter((line) => line.includes(`partNumber=${part}&`)).length;
    expect([sent(1), sent(2), sent(3)]).toEqual([1, 3, 1]);
    expect(Buffer.from(await store.readObject(ref)).equals(content)).toBe(true);
  });

  it('resumes an upload that a worker did not finish, and uploads no part twice', async () => {
    const content = Buffer.alloc(65 * MIB, 'the weights of a model');
    for (let part = 0; part < 5; part++) content.write(`part ${part}`, part * 16 * MIB);
    await writeFile(folder.join('weights'), content);
    const uploaded = (part: number) => proxy.requests.filter((line) => line.includes(`partNumber=${part}&`)).length;
    vi.stubEnv('AWS_MAX_ATTEMPTS', '1');
    const failing = await openStore(store.uri);
    proxy.failNext(100, 'reset', ({ url }) => /partNumber=4/.test(url ?? ''));
    await expect(failing.putObject({ file: folder.join('weights') })).rejects.toMatchObject({ kind: 'unavailable' });
    const before = [1, 2, 3, 4, 5].map(uploaded);
    proxy.heal();
    const ref = await (await openStore(store.uri)).putObject({ file: folder.join('weights') });
    const after = [1, 2, 3, 4, 5].map(uploaded);
    expect(after[3]).toBe(1);
    expect(before.slice(0, 3)).toEqual([1, 1, 1]);
    expect(after.slice(0, 3)).toEqual([0, 0, 0]);
    expect(Buffer.from(await store.readObject(ref)).equals(content)).toBe(true);
  });

  it('takes a conditional write for successful if only its response was lost', async () => {
    const isPut = ({ method }: IncomingMessage) => method === 'PUT';
    proxy.failNext(1, 'mute', isPut);
    expect(await store.putIfAbsent('ledger/k', bytes('mine'))).toBe(true);
    proxy.failNext(1, 'mute', isPut);
    const first = await store.swapPointer('p', undefined, bytes('1'));
    expect(first).toBe((await store.readPointer('p'))?.version);
    proxy.failNext(1, 'mute', isPut);
    const second = await store.swapPointer('p', first, bytes('2'));
    expect(second).toBe((await store.readPointer('p'))?.version);
    expect(second).toBeDefined();
    proxy.heal();
    expect(await store.putIfAbsent('ledger/k', bytes('another’s'))).toBe(false);
  });

  it('fails with a retryable fault if the server stays busy', async () => {
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
    ['in a missing bucket', {}, 's3://not-there/x', 'config', /There is no bucket not-there/],
    ['without a bucket name', {}, 's3:///x', 'config', /does not name a bucket/],
    ['outside the bucket', {}, `s3://${BUCKET}/../x`, 'input', /cannot be a key/],
  ])('%s fails with a message', async (_how, env, uri = newUri(), kind, message) => {
    for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value);
    await expect(openStore(uri)).rejects.toMatchObject({
      name: 'Fault',
      kind,
      message: expect.stringMatching(message),
    });
  });

  it('goes without checksums in requests if the server refuses them', async () => {
    const proxy = await FaultyProxy.start(server.port);
    try {
      const hasChecksum = ({ headers }: IncomingMessage) =>
        Object.keys(headers).some((name) => /^x-amz-(?:sdk-)?checksum|^x-amz-trailer/.test(name));
      proxy.fault = (request) => (hasChecksum(request) ? 'unsupported' : undefined);
      vi.stubEnv('AWS_ENDPOINT_URL_S3', proxy.endpoint);
      const store = await openStore(newUri());
      const ref = await store.putObject(bytes('whole'));
      expect(await store.readObject(ref)).toEqual(Buffer.from('whole'));
      expect(await store.putIfAbsent('k', bytes('1'))).toBe(true);
      expect(await store.putIfAbsent('k', bytes('2'))).toBe(false);
    } finally {
      proxy.close();
    }
  });

  it('fails if the server ignores If-Match, so that a stale promotion would win', async () => {
    const proxy = await FaultyProxy.start(server.port);
    try {
      proxy.fault = ({ headers }) => (headers['if-match'] === undefined ? undefined : 'accept');
      vi.stubEnv('AWS_ENDPOINT_URL_S3', proxy.endpoint);
      await expect(openStore(newUri())).rejects.toMatchObject({
        kind: 'config',
        message: expect.stringContaining('does not support conditional writes'),
      });
    } finally {
      proxy.close();
    }
  });

  it.each(['accept', 'unsupported'] as const)(
    'fails if the server does not honour conditional writes (%s)',
    async (fault) => {
      const proxy = await FaultyProxy.start(server.port);
      try {
        proxy.fault = () => fault;
        vi.stubEnv('AWS_ENDPOINT_URL_S3', proxy.endpoint);
        await expect(openStore(newUri())).rejects.toMatchObject({
          kind: 'config',
          advice: expect.stringMatching(/^Use one that does \(AWS S3, .*MinIO/),
        });
      } finally {
        proxy.close();
      }
    },
  );
});
