import { readdir } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { temporaryFolder } from '../../primitives/temporary-folder.fixture.ts';
import { findDocuments } from './find-documents.ts';
import type { ObjectSource } from './find-objects.ts';

const scratch = temporaryFolder();

/** A bucket with the given texts by key. Its keys may be ones that real servers refuse. */
const bucket = (contents: Readonly<Record<string, string>>, listedBytes?: number): ObjectSource => ({
  async *list(_bucket, prefix) {
    for (const [key, text] of Object.entries(contents))
      if (key.startsWith(prefix)) yield { key, bytes: listedBytes ?? text.length, etag: `"${text}"` };
  },
  async *read(_bucket, key) {
    yield Buffer.from(contents[key] as string);
  },
});
const find = (
  source: ObjectSource,
  location: string,
  cachedHash: (uri: string) => string | undefined = () => undefined,
) =>
  findDocuments([location], {
    roots: ['s3://b/docs'],
    base: '/',
    maxFileBytes: 1000,
    objects: { source, cachedHash, scratch: scratch.path },
  });

it('skips keys that some servers normalise, and does not use keys as paths', async () => {
  const source = bucket({
    'docs/a.md': 'fine',
    'docs/../secret.md': 'secret',
    'docs//b.md': 'twice a slash',
    'docs/./c.md': 'a dot',
    'docs/x\n"<b>.md': 'only an odd name',
    'docs/…/d.md': 'an ellipsis',
  });
  const { files, skipped } = await find(source, 's3://b/docs/');
  expect(files.map(({ path }) => path)).toEqual(['docs/a.md', 'docs/x\n"<b>.md', 'docs/…/d.md']);
  expect(skipped.map(({ path }) => path)).toEqual(['docs/../secret.md', 'docs/./c.md', 'docs//b.md']);
  expect(new Set(skipped.map(({ reason }) => reason))).toEqual(
    new Set(['a name that some servers confuse with another']),
  );
  for (const name of await readdir(scratch.path)) expect(name).toMatch(/^object-[0-9a-f]{64}$/);
});

it('stops at the size limit, whatever size the listing says', async () => {
  const wrongSize = bucket({ 'docs/a.md': 'x'.repeat(1001) }, 10);
  await expect(find(wrongSize, 's3://b/docs/')).rejects.toMatchObject({ kind: 'unavailable' });
});

it('finds an object and the objects of a folder with the same name', async () => {
  const source = bucket({ 'docs/a': 'no extension, but named', 'docs/a/b.md': 'below', 'docs/ab.md': 'beside' });
  const { files } = await find(source, 's3://b/docs/a');
  expect(files.map(({ path, file }) => [path, file])).toEqual([
    ['a', 's3://b/docs/a'],
    ['a/b.md', 's3://b/docs/a/b.md'],
  ]);
});

it('does not download a version with a cached hash until its content is read', async () => {
  const source = bucket({ 'docs/a.md': 'cached' });
  const { files } = await find(source, 's3://b/docs/', () => 'f'.repeat(64));
  expect(files[0]?.sha256).toBe('f'.repeat(64));
  expect(await readdir(scratch.path)).toEqual([]);
  expect(Buffer.from((await files[0]?.read()) as Uint8Array).toString()).toBe('cached');
});
