import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { ingest } from '../../activities/corpus/ingest.ts';
import { readJsonLines } from '../../activities/runtime/artifacts.ts';
import type { StepContext } from '../../activities/runtime/context.ts';
import { readNamedFile } from '../../activities/runtime/locations.ts';
import { openStore } from '../../core/artifacts/open-store.ts';
import { S3Bucket } from '../../core/artifacts/s3/bucket.ts';
import { Document } from '../../core/contracts/corpus.ts';
import { FaultyProxy } from '../s3/faulty-proxy.ts';
import { BUCKET, S3Server } from '../s3/server.ts';

let server: S3Server;
let proxy: FaultyProxy;
let folder: string;
beforeAll(async () => {
  server = await S3Server.start();
  proxy = await FaultyProxy.before(server.port);
  folder = await mkdtemp(join(tmpdir(), 'hone-s3-documents-'));
});
afterAll(async () => {
  proxy.close();
  await server.remove();
  await rm(folder, { recursive: true });
});
let scratch: string;
beforeEach(async () => {
  for (const [name, value] of Object.entries(server.env)) vi.stubEnv(name, value);
  vi.stubEnv('AWS_ENDPOINT_URL_S3', proxy.endpoint);
  scratch = await mkdtemp(join(folder, 'scratch-'));
  return () => vi.unstubAllEnvs();
});

const put = (key: string, text: string | Uint8Array) =>
  new S3Bucket(BUCKET).put(key, typeof text === 'string' ? new TextEncoder().encode(text) : text);

async function read(locations: string[], roots = [`s3://${BUCKET}`]) {
  const store = await openStore(join(folder, 'store'));
  const context = {
    ...{ store, models: folder, cache: folder, base: folder, roots, profiles: {}, scratch },
    ...{ signal: new AbortController().signal, progress: () => {} },
    ...{ lease: { run: 'run', attempt: 1 }, remembered: undefined, remember: () => {} },
  } satisfies StepContext;
  proxy.seen.length = 0;
  const { output, reused } = await ingest(context, { documents: locations });
  const documents = await readJsonLines(store, output.documents, Document);
  const fetched = proxy.seen.filter((line) => line.startsWith('GET') && !line.includes('list-type')).length;
  return { paths: documents.map(({ path }) => path), documents, skipped: output.skipped, reused, fetched };
}

it('reads what lies below a prefix as it reads a folder', async () => {
  await put('acme/handbook/a.md', '# A\n\nOne.');
  await put('acme/handbook/deep/er/手册 + &<1>%20.md', '# 泵\n\n先关阀。');
  await put('acme/handbook/c.html', '<h1>C</h1><p>Three.</p>');
  await put('acme/handbook/photo.png', 'png');
  await put('acme/handbook/empty.md', '');
  await put('acme/handbook/.hidden.md', 'hidden');
  await put('acme/handbook/node_modules/p/README.md', 'a package');
  await put('acme/handbook2/not-this.md', 'another folder');
  for (const location of [`s3://${BUCKET}/acme/handbook/`, `s3://${BUCKET}/acme/handbook`]) {
    const { paths, skipped } = await read([location]);
    expect(paths).toEqual(['handbook/a.md', 'handbook/c.html', 'handbook/deep/er/手册 + &<1>%20.md']);
    expect(skipped.map(({ path, reason }) => `${path}: ${reason}`)).toEqual([
      'handbook/empty.md: empty file',
      'handbook/photo.png: .png files are not read (md, txt, html, pdf and docx are)',
    ]);
  }
  expect((await read([`s3://${BUCKET}/acme/handbook/**/*.md`])).paths).toEqual([
    'handbook/a.md',
    'handbook/deep/er/手册 + &<1>%20.md',
  ]);
  expect((await read([`s3://${BUCKET}/acme/handbook/a.md`])).paths).toEqual(['a.md']);
});

it('fetches what has changed and nothing else', async () => {
  for (const i of [1, 2, 3, 4, 5]) await put(`changing/${i}.md`, `# ${i}\n\nPage ${i}.`);
  const location = [`s3://${BUCKET}/changing/`];
  expect((await read(location)).fetched).toBe(5);
  const again = await read(location);
  expect(again).toMatchObject({ fetched: 0, reused: true });
  await put('changing/3.md', '# 3\n\nPage 3, second edition.');
  await put('changing/6.md', '# 6\n\nPage 6.');
  const changed = await read(location);
  expect(changed).toMatchObject({ fetched: 2, reused: false });
  expect(changed.documents.map(({ sections }) => sections[0]?.text)).toContain('Page 3, second edition.');
  expect(changed.paths).toHaveLength(6);
  // Written again as it was: another version, the same content.
  await put('changing/1.md', '# 1\n\nPage 1.');
  expect((await read(location)).reused).toBe(true);
});

it('lists by the page', async () => {
  const pages = 1203;
  const bucket = new S3Bucket(BUCKET);
  for (let start = 0; start < pages; start += 50) {
    const some = Array.from({ length: Math.min(50, pages - start) }, (_, i) => start + i);
    await Promise.all(some.map((i) => bucket.put(`many/${i}.txt`, new TextEncoder().encode(`page ${i}`))));
  }
  proxy.seen.length = 0;
  let found = 0;
  for await (const _ of new S3Bucket(BUCKET).list('many/')) found++;
  expect(found).toBe(pages);
  expect(proxy.seen.filter((line) => line.includes('list-type'))).toHaveLength(2);
});

it('never fetches more of an object than a document may have', async () => {
  await put('large/a.md', 'small');
  await put('large/b.md', Buffer.alloc(65 * 2 ** 20, 'x'));
  const { paths, skipped, fetched } = await read([`s3://${BUCKET}/large/`]);
  expect(paths).toEqual(['large/a.md']);
  expect(skipped).toEqual([{ path: 'large/b.md', reason: 'larger than the 64 MiB a document may have' }]);
  expect(fetched).toBe(1);
});

it('reads nothing outside the worker’s roots, and writes nothing outside the scratch folder', async () => {
  await put('private/a.md', 'secret');
  const roots = [`s3://${BUCKET}/public`];
  for (const location of ['private/', 'public/../private/', 'publicly/', '', '*/a.md'])
    await expect(read([`s3://${BUCKET}/${location}`], roots), location).rejects.toMatchObject({
      kind: 'input',
      message: expect.stringContaining('lies outside'),
    });
  await put('public/a.md', 'open');
  await read([`s3://${BUCKET}/public/`], roots);
  expect(await readdir(scratch)).toEqual([expect.stringMatching(/^object-[0-9a-f]{64}$/)]);
});

it('says so where there is nothing, no bucket, or no permission', async () => {
  await expect(read([`s3://${BUCKET}/nobody/home/`])).rejects.toThrow(/nothing to read in s3:/);
  await expect(read(['s3://not-there/x/'], ['s3://not-there'])).rejects.toThrow(/There is no bucket not-there/);
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'wrong');
  await expect(read([`s3://${BUCKET}/acme/`])).rejects.toMatchObject({ kind: 'credentials' });
});

it('gets over a connection that breaks, and a server that is busy', async () => {
  await put('shaky/a.md', `# A\n\n${'A sentence of some length. '.repeat(5000)}`);
  await put('shaky/b.md', '# B\n\nTwo.');
  let faults = 0;
  proxy.fault = ({ method }) =>
    method === 'GET' && faults < 4 ? (['busy', 'truncate'] as const)[faults++ % 2] : undefined;
  expect((await read([`s3://${BUCKET}/shaky/`])).paths).toEqual(['shaky/a.md', 'shaky/b.md']);
  proxy.fault = () => undefined;
});

it('takes a data set from a bucket too', async () => {
  await put('data/train.json', '{"queries":{}}');
  const worker = { base: folder, roots: [`s3://${BUCKET}/data`] } as unknown as StepContext;
  const bytes = await readNamedFile(worker, `s3://${BUCKET}/data/train.json`, 'dataset');
  expect(new TextDecoder().decode(bytes)).toBe('{"queries":{}}');
  await expect(readNamedFile(worker, `s3://${BUCKET}/data/none.json`, 'dataset')).rejects.toThrow(/there is no object/);
  await expect(readNamedFile(worker, `s3://${BUCKET}/acme/x`, 'dataset')).rejects.toThrow(/lies outside/);
});
