import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { findDocuments } from './find-documents.ts';
import type { ObjectSource } from './find-objects.ts';

let scratch: string;
beforeEach(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'hone-objects-'));
});
afterEach(() => rm(scratch, { recursive: true }));

/** A bucket that holds keys which not every server lets one write. */
const bucket = (contents: Readonly<Record<string, string>>, listedBytes?: number): ObjectSource => ({
  async *list(_bucket, prefix) {
    for (const [key, text] of Object.entries(contents))
      if (key.startsWith(prefix)) yield { key, bytes: listedBytes ?? text.length, etag: `"${text}"` };
  },
  async *read(_bucket, key) {
    yield Buffer.from(contents[key] as string);
  },
});
const find = (source: ObjectSource, location: string, known: (uri: string) => string | undefined = () => undefined) =>
  findDocuments([location], {
    ...{ roots: ['s3://b/docs'], base: '/', maxFileBytes: 1000, objects: { source, known, scratch } },
  });

it('passes over keys that a tidy server would take for another’s, and writes by no key', async () => {
  const source = bucket({
    'docs/a.md': 'fine',
    'docs/../secret.md': 'secret',
    'docs//b.md': 'twice a slash',
    'docs/./c.md': 'a dot',
    'docs/x\n"<b>.md': 'an odd name, and no more',
    'docs/…/d.md': 'three dots in one',
  });
  const { files, skipped } = await find(source, 's3://b/docs/');
  expect(files.map(({ path }) => path)).toEqual(['docs/a.md', 'docs/x\n"<b>.md', 'docs/…/d.md']);
  expect(skipped.map(({ path }) => path)).toEqual(['docs/../secret.md', 'docs/./c.md', 'docs//b.md']);
  expect(new Set(skipped.map(({ reason }) => reason))).toEqual(
    new Set(['a name that some servers take for another’s']),
  );
  for (const name of await readdir(scratch)) expect(name).toMatch(/^object-[0-9a-f]{64}$/);
});

it('keeps no more of an object than was announced for a document, whatever the listing says', async () => {
  const liar = bucket({ 'docs/a.md': 'x'.repeat(1001) }, 10);
  await expect(find(liar, 's3://b/docs/')).rejects.toMatchObject({ kind: 'unavailable' });
});

it('an object and a folder may bear one name', async () => {
  const source = bucket({ 'docs/a': 'no extension, but named', 'docs/a/b.md': 'below', 'docs/ab.md': 'beside' });
  const { files } = await find(source, 's3://b/docs/a');
  expect(files.map(({ path, file }) => [path, file])).toEqual([
    ['a', 's3://b/docs/a'],
    ['a/b.md', 's3://b/docs/a/b.md'],
  ]);
});

it('reads a version it knows only when its content is asked for', async () => {
  const source = bucket({ 'docs/a.md': 'known' });
  const { files } = await find(source, 's3://b/docs/', () => 'f'.repeat(64));
  expect(files[0]?.sha256).toBe('f'.repeat(64));
  expect(await readdir(scratch)).toEqual([]);
  expect(Buffer.from((await files[0]?.read()) as Uint8Array).toString()).toBe('known');
});
