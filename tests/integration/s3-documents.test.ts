import { readdir } from 'node:fs/promises';
import { beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { ingest } from '../../activities/corpus/ingest.ts';
import { readJsonLines } from '../../activities/runtime/artifacts.ts';
import { readNamedFile } from '../../activities/runtime/locations.ts';
import { contextIn } from '../../activities/runtime/step-context.fixture.ts';
import { S3Bucket } from '../../core/artifacts/s3/bucket.ts';
import { Document } from '../../core/contracts/corpus.ts';
import { FaultyProxy } from '../harness/faulty-proxy.ts';
import { BUCKET, type S3Server, startS3Server } from '../harness/s3-server.ts';
import { stubEnv, useHarness } from '../harness/use-harness.ts';

const harness = useHarness();
let server: S3Server;
let proxy: FaultyProxy;
let folder: string;
beforeAll(async () => {
  server = await startS3Server(harness);
  proxy = await harness.use(FaultyProxy.start(server.port));
  folder = await harness.folder('worker');
});
let scratch: string;
beforeEach(async () => {
  stubEnv({ ...server.env, AWS_ENDPOINT_URL_S3: proxy.endpoint });
  scratch = await harness.folder('scratch');
  return () => vi.unstubAllEnvs();
});

const put = (key: string, text: string | Uint8Array) =>
  new S3Bucket(BUCKET).put(key, typeof text === 'string' ? new TextEncoder().encode(text) : text);

/** Reads documents as the documents step does. `fetched` counts the objects that were downloaded. */
async function read(locations: string[], roots = [`s3://${BUCKET}`]) {
  const context = { ...(await contextIn(folder)), base: folder, roots, scratch };
  proxy.requests.length = 0;
  const { output, reused } = await ingest(context, { documents: locations });
  const documents = await readJsonLines(context.store, output.documents, Document);
  const fetched = proxy.requests.filter((line) => line.startsWith('GET') && !line.includes('list-type')).length;
  return { paths: documents.map(({ path }) => path), documents, skipped: output.skipped, reused, fetched };
}

it('reads a prefix as it reads a folder', async () => {
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
      'handbook/photo.png: .png files are not read (md, txt, html, pdf, docx, rtf, odt, pptx, xlsx, csv, ipynb, epub, rst, adoc and eml are)',
    ]);
  }
  expect((await read([`s3://${BUCKET}/acme/handbook/**/*.md`])).paths).toEqual([
    'handbook/a.md',
    'handbook/deep/er/手册 + &<1>%20.md',
  ]);
  expect((await read([`s3://${BUCKET}/acme/handbook/a.md`])).paths).toEqual(['a.md']);
});

it('downloads only changed objects', async () => {
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
  // Written again unchanged: another version with the same content.
  await put('changing/1.md', '# 1\n\nPage 1.');
  expect((await read(location)).reused).toBe(true);
});

it('lists a prefix page by page', async () => {
  const pages = 1203;
  const bucket = new S3Bucket(BUCKET);
  for (let start = 0; start < pages; start += 50) {
    const some = Array.from({ length: Math.min(50, pages - start) }, (_, i) => start + i);
    await Promise.all(some.map((i) => bucket.put(`many/${i}.txt`, new TextEncoder().encode(`page ${i}`))));
  }
  proxy.requests.length = 0;
  let found = 0;
  for await (const _ of new S3Bucket(BUCKET).list('many/')) found++;
  expect(found).toBe(pages);
  expect(proxy.requests.filter((line) => line.includes('list-type'))).toHaveLength(2);
});

it('skips an object that is larger than a document may be, without downloading it', async () => {
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

it('reports a prefix without documents, a missing bucket, and missing permission', async () => {
  await expect(read([`s3://${BUCKET}/nobody/home/`])).rejects.toThrow(/nothing to read in s3:/);
  await expect(read(['s3://not-there/x/'], ['s3://not-there'])).rejects.toThrow(/There is no bucket not-there/);
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'wrong');
  await expect(read([`s3://${BUCKET}/acme/`])).rejects.toMatchObject({ kind: 'credentials' });
});

it('retries when a connection breaks or the server is busy', async () => {
  await put('shaky/a.md', `# A\n\n${'A sentence of some length. '.repeat(5000)}`);
  await put('shaky/b.md', '# B\n\nTwo.');
  let faults = 0;
  proxy.fault = ({ method }) =>
    method === 'GET' && faults < 4 ? (['busy', 'truncate'] as const)[faults++ % 2] : undefined;
  expect((await read([`s3://${BUCKET}/shaky/`])).paths).toEqual(['shaky/a.md', 'shaky/b.md']);
  proxy.heal();
});

it('reads a dataset from a bucket', async () => {
  await put('data/train.json', '{"queries":{}}');
  const worker = { ...(await contextIn(folder)), roots: [`s3://${BUCKET}/data`] };
  const bytes = await readNamedFile(worker, `s3://${BUCKET}/data/train.json`, 'dataset');
  expect(new TextDecoder().decode(bytes)).toBe('{"queries":{}}');
  await expect(readNamedFile(worker, `s3://${BUCKET}/data/none.json`, 'dataset')).rejects.toThrow(/there is no object/);
  await expect(readNamedFile(worker, `s3://${BUCKET}/acme/x`, 'dataset')).rejects.toThrow(/lies outside/);
});
