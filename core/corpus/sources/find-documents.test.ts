import { chmod, mkdir, symlink, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, test } from 'vitest';
import { temporaryFolder } from '../../primitives/temporary-folder.fixture.ts';
import { findDocuments } from './find-documents.ts';

const root = temporaryFolder();
const outside = temporaryFolder();

async function put(path: string, text = path): Promise<string> {
  const file = root.join(path);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, text);
  return file;
}
const find = (locations: string[], maxFileBytes?: number) =>
  findDocuments(locations, { roots: [root.path], base: root.path, maxFileBytes });
const paths = async (...locations: string[]) => (await find(locations)).files.map((file) => file.path);

describe('findDocuments', { timeout: 60_000 }, () => {
  test('finds the files of a folder, ordered by path, with sizes and hashes', async () => {
    await put('docs/b.txt', 'abc');
    await put('docs/a/手册.md');
    await put('docs/B.md');
    const { files } = await find(['docs']);
    expect(files.map((file) => file.path)).toEqual(['docs/B.md', 'docs/a/手册.md', 'docs/b.txt']);
    expect(files[2]).toMatchObject({
      file: root.join('docs/b.txt'),
      bytes: 3,
      sha256: 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
    });
  });

  test('ignores hidden files and node_modules, and skips unknown types with a reason', async () => {
    await put('docs/a.md');
    await put('docs/.secret.md');
    await put('docs/.git/x.md');
    await put('docs/node_modules/p/README.md');
    await put('docs/photo.png');
    await put('docs/LICENSE');
    const { files, skipped } = await find(['docs']);
    expect(files.map((file) => file.path)).toEqual(['docs/a.md']);
    expect(skipped.map((skip) => `${skip.path}: ${skip.reason}`)).toEqual([
      'docs/LICENSE: files without an extension are not read (md, txt, html, pdf, docx, rtf, odt, pptx, xlsx, csv, ipynb, epub, rst, adoc and eml are)',
      'docs/photo.png: .png files are not read (md, txt, html, pdf, docx, rtf, odt, pptx, xlsx, csv, ipynb, epub, rst, adoc and eml are)',
    ]);
  });

  test('finds a file once, whether it is named by a path, a glob or a file URI', async () => {
    const file = await put('docs/deep/a.md');
    await put('docs/b.txt');
    expect(await paths('docs/deep/a.md', 'docs/**/*.md', pathToFileURL(file).href, './docs/../docs')).toEqual([
      'docs/b.txt',
      'docs/deep/a.md',
    ]);
    expect(await paths('docs/*.{md,txt}')).toEqual(['docs/b.txt']);
  });

  test('takes a location with glob characters as a path if such a file exists', async () => {
    await put('docs/[draft].md');
    expect(await paths('docs/[draft].md')).toEqual(['docs/[draft].md']);
  });

  test('outside the base, paths begin with the name of the folder, and are distinct', async () => {
    await put('one/docs/a.md');
    const second = await put('two/docs/a.md');
    const { files } = await findDocuments([root.join('one/docs'), root.join('two/docs')], {
      roots: [root.path],
      base: outside.path,
    });
    expect(files.map((file) => file.path).sort()).toEqual([second, 'docs/a.md'].sort());
  });

  test('follows links inside the roots once, and skips links to places outside with a reason', async () => {
    await put('docs/real/a.md');
    await writeFile(outside.join('secret.md'), 'secret');
    await symlink(root.join('docs/real'), root.join('docs/again'));
    await symlink('..', root.join('docs/real/loop'));
    await symlink(outside.join('secret.md'), root.join('docs/leak.md'));
    await symlink(outside.path, root.join('docs/leaks'));
    await symlink('nowhere.md', root.join('docs/broken.md'));
    const { files, skipped } = await find(['docs']);
    expect(files.map((file) => file.path)).toEqual(['docs/real/a.md']);
    expect(skipped.map((skip) => skip.path)).toEqual(['docs/broken.md', 'docs/leak.md', 'docs/leaks']);
    expect(skipped[1]?.reason).toBe('a link to a place outside the folders this worker may read');
  });

  test('refuses hidden files and folders, and links to them, unless a root names them', async () => {
    await put('docs/a.md');
    await put('.env', 'OPENAI_API_KEY=sk-1');
    await put('docs/.aws/credentials.txt');
    await symlink(root.join('.env'), root.join('docs/settings.txt'));
    for (const location of ['.env', 'docs/.aws', 'docs/.aws/*.txt', 'docs/.aws/credentials.txt', 'docs/settings.txt'])
      await expect(find([location]), location).rejects.toMatchObject({
        kind: 'input',
        message: expect.stringContaining('is hidden'),
      });
    const { files, skipped } = await find(['docs']);
    expect(files.map(({ path }) => path)).toEqual(['docs/a.md']);
    expect(skipped).toEqual([{ path: 'docs/settings.txt', reason: 'a link to a hidden file or folder' }]);
    const roots = [root.path, root.join('docs/.aws')];
    const named = await findDocuments(['docs/.aws'], { roots, base: root.path });
    expect(named.files).toHaveLength(1);
  });

  test('refuses locations outside the roots, however they are written', async () => {
    await put('docs/a.md');
    const secret = outside.join('secret.md');
    await writeFile(secret, 'secret');
    await symlink(outside.path, root.join('door'));
    for (const location of [
      secret,
      outside.path,
      `../${outside.path.split('/').at(-1)}`,
      `${outside.path}/*.md`,
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

  test('skips large, empty and unreadable files with a reason', async () => {
    await put('docs/a.md');
    await put('docs/large.md', 'x'.repeat(2 ** 20 + 1));
    await put('docs/empty.md', '');
    const locked = await put('docs/locked.md');
    await chmod(locked, 0);
    const { skipped } = await find(['docs'], 2 ** 20);
    const reasons = Object.fromEntries(skipped.map((skip) => [skip.path, skip.reason]));
    expect(reasons['docs/large.md']).toBe('larger than the 1 MiB a document may have');
    expect(reasons['docs/empty.md']).toBe('empty file');
    // The superuser can open every file.
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
  ])('names %j in the fault', async (location, message) => {
    await put('docs/a.md');
    await put('pictures/a.png');
    await expect(find(['docs', location])).rejects.toMatchObject({
      name: 'Fault',
      kind: 'input',
      message: expect.stringContaining(message),
      advice: expect.stringMatching(/^(Give|Name) .+\.$/),
    });
  });

  test('a root that does not exist allows nothing, and does not affect the others', async () => {
    const gone = root.join('gone');
    await expect(findDocuments(['x'], { roots: [gone], base: gone })).rejects.toMatchObject({ kind: 'input' });
    await writeFile(root.join('there.md'), '# There');
    const { files } = await findDocuments(['there.md'], { roots: [gone, root.path], base: root.path });
    expect(files.map(({ path }) => path)).toEqual(['there.md']);
  });
});
