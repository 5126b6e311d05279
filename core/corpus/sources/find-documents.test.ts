import { chmod, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { findDocuments } from './find-documents.ts';

let root: string;
let outside: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'corpus-'));
  outside = await mkdtemp(join(tmpdir(), 'outside-'));
});
afterEach(async () => {
  await rm(root, { recursive: true });
  await rm(outside, { recursive: true });
});

async function put(path: string, text = path): Promise<string> {
  const file = join(root, path);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, text);
  return file;
}
const find = (locations: string[], maxFileBytes?: number) =>
  findDocuments(locations, { roots: [root], base: root, ...(maxFileBytes === undefined ? {} : { maxFileBytes }) });
const paths = async (...locations: string[]) => (await find(locations)).files.map((file) => file.path);

describe('findDocuments', { timeout: 60_000 }, () => {
  test('a folder is read in depth, in the order of its paths, with sizes and hashes', async () => {
    await put('docs/b.txt', 'abc');
    await put('docs/a/手册.md');
    await put('docs/B.md');
    const { files } = await find(['docs']);
    expect(files.map((file) => file.path)).toEqual(['docs/B.md', 'docs/a/手册.md', 'docs/b.txt']);
    expect(files[2]).toMatchObject({
      file: join(root, 'docs/b.txt'),
      bytes: 3,
      sha256: 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
    });
  });

  test('hidden files, node_modules and unknown types are not read', async () => {
    await put('docs/a.md');
    await put('docs/.secret.md');
    await put('docs/.git/x.md');
    await put('docs/node_modules/p/README.md');
    await put('docs/photo.png');
    await put('docs/LICENSE');
    const { files, skipped } = await find(['docs']);
    expect(files.map((file) => file.path)).toEqual(['docs/a.md']);
    expect(skipped.map((skip) => `${skip.path}: ${skip.reason}`)).toEqual([
      'docs/LICENSE: files without an extension are not read (md, txt, html, pdf and docx are)',
      'docs/photo.png: .png files are not read (md, txt, html, pdf and docx are)',
    ]);
  });

  test('files, globs and file URIs name the same files; each is read once', async () => {
    const file = await put('docs/deep/a.md');
    await put('docs/b.txt');
    expect(await paths('docs/deep/a.md', 'docs/**/*.md', pathToFileURL(file).href, './docs/../docs')).toEqual([
      'docs/b.txt',
      'docs/deep/a.md',
    ]);
    expect(await paths('docs/*.{md,txt}')).toEqual(['docs/b.txt']);
  });

  test('a name with glob characters is a name if a file has it', async () => {
    await put('docs/[draft].md');
    expect(await paths('docs/[draft].md')).toEqual(['docs/[draft].md']);
  });

  test('outside the base, paths begin with the folder’s own name and stay apart', async () => {
    await put('one/docs/a.md');
    const second = await put('two/docs/a.md');
    const { files } = await findDocuments([join(root, 'one/docs'), join(root, 'two/docs')], {
      roots: [root],
      base: outside,
    });
    expect(files.map((file) => file.path).sort()).toEqual([second, 'docs/a.md'].sort());
  });

  test('links inside the roots are followed once, links out of them are skipped with a reason', async () => {
    await put('docs/real/a.md');
    await writeFile(join(outside, 'secret.md'), 'secret');
    await symlink(join(root, 'docs/real'), join(root, 'docs/again'));
    await symlink('..', join(root, 'docs/real/loop'));
    await symlink(join(outside, 'secret.md'), join(root, 'docs/leak.md'));
    await symlink(outside, join(root, 'docs/leaks'));
    await symlink('nowhere.md', join(root, 'docs/broken.md'));
    const { files, skipped } = await find(['docs']);
    expect(files.map((file) => file.path)).toEqual(['docs/real/a.md']);
    expect(skipped.map((skip) => skip.path)).toEqual(['docs/broken.md', 'docs/leak.md', 'docs/leaks']);
    expect(skipped[1]?.reason).toBe('a link that leads out of the folders this worker may read');
  });

  test('nothing outside the roots is read, however it is named', async () => {
    await put('docs/a.md');
    const secret = join(outside, 'secret.md');
    await writeFile(secret, 'secret');
    await symlink(outside, join(root, 'door'));
    for (const location of [
      secret,
      outside,
      `../${outside.split('/').at(-1)}`,
      `${outside}/*.md`,
      'docs/../../**/*.md',
      'door',
      'door/secret.md',
      pathToFileURL(secret).href,
    ]) {
      await expect(find([location]), location).rejects.toMatchObject({
        kind: 'input',
        message: expect.stringMatching(/lies outside the folders this worker may read|does not exist/),
      });
    }
  });

  test('large, empty and unreadable files are skipped with a reason', async () => {
    await put('docs/a.md');
    await put('docs/large.md', 'x'.repeat(2 ** 20 + 1));
    await put('docs/empty.md', '');
    const locked = await put('docs/locked.md');
    await chmod(locked, 0);
    const { skipped } = await find(['docs'], 2 ** 20);
    const reasons = Object.fromEntries(skipped.map((skip) => [skip.path, skip.reason]));
    expect(reasons['docs/large.md']).toBe('larger than the 1 MiB a document may have');
    expect(reasons['docs/empty.md']).toBe('empty file');
    // The superuser may open everything.
    if (process.getuid?.() !== 0) expect(reasons['docs/locked.md']).toBe('cannot be opened (EACCES)');
  });

  test.each([
    ['missing', 'documents: missing does not exist'],
    ['no/such/*.md', 'documents: no/such/*.md does not exist'],
    ['docs/*.pdf', 'documents: there is nothing to read in docs/*.pdf'],
    ['pictures', 'documents: there is nothing to read in pictures (pictures/a.png: .png files are not read'],
    ['gs://bucket/docs', 'is not a folder, file or glob on this machine'],
    ['file://elsewhere/docs', 'is not a folder, file or glob on this machine'],
    ['docs\0.md', 'is not a folder, file or glob on this machine'],
  ])('%j is named in the fault', async (location, message) => {
    await put('docs/a.md');
    await put('pictures/a.png');
    await expect(find(['docs', location])).rejects.toMatchObject({
      name: 'Fault',
      kind: 'input',
      message: expect.stringContaining(message),
      advice: expect.stringMatching(/^(Give|Name) .+\.$/),
    });
  });

  test('a root that is gone allows nothing, and takes nothing from the others', async () => {
    const gone = join(root, 'gone');
    await expect(findDocuments(['x'], { roots: [gone], base: gone })).rejects.toMatchObject({ kind: 'input' });
    await writeFile(join(root, 'there.md'), '# There');
    const { files } = await findDocuments(['there.md'], { roots: [gone, root], base: root });
    expect(files.map(({ path }) => path)).toEqual(['there.md']);
  });
});
