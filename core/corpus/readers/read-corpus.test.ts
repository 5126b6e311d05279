import { readFile, rm, writeFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { contentId, sha256 } from '../../primitives/hash.ts';
import { temporaryFolder } from '../../primitives/temporary-folder.fixture.ts';
import type { SourceFile } from '../sources/source-file.ts';
import { makePdf } from './fixtures/pdf.ts';
import { makeDocx } from './fixtures/zip.ts';
import { readCorpus } from './read-corpus.ts';

const folder = temporaryFolder();

async function sourceFile(path: string, content: string | Uint8Array): Promise<SourceFile> {
  const bytes = Buffer.from(content);
  const file = folder.join(contentId(path));
  await writeFile(file, bytes);
  return { path, file, bytes: bytes.length, sha256: sha256(bytes), read: () => readFile(file) };
}

// Starting processes takes long on a busy machine.
describe('readCorpus', { timeout: 60_000 }, () => {
  test('reads every type, in order, and reports progress', async () => {
    const files = [
      await sourceFile('a.md', '# Pump\n\nOpen it.'),
      await sourceFile('b.txt', 'Close it.'),
      await sourceFile('c.html', '<html><body><h1>泵</h1>先关阀。</body></html>'),
      await sourceFile('d.pdf', makePdf([[{ text: 'Printed text', y: 700 }]])),
      await sourceFile('e.docx', makeDocx([['Heading1', 'Word']])),
    ];
    const progress: string[] = [];
    const { documents, skipped } = await readCorpus(files, {
      onProgress: (done, total) => progress.push(`${done}/${total}`),
    });
    expect(documents.map((document) => [document.path, document.media, document.sections])).toEqual([
      ['a.md', 'md', [{ headings: ['Pump'], text: 'Open it.' }]],
      ['b.txt', 'txt', [{ headings: [], text: 'Close it.' }]],
      ['c.html', 'html', [{ headings: ['泵'], text: '先关阀。' }]],
      ['d.pdf', 'pdf', [{ headings: [], text: 'Printed text' }]],
      ['e.docx', 'docx', [{ headings: ['Word'], text: '' }]],
    ]);
    expect(skipped).toEqual([]);
    expect(progress).toEqual(['1/5', '2/5', '3/5', '4/5', '5/5']);
  });

  test('a copy of a file is skipped with the name of the first one', async () => {
    const { documents, skipped } = await readCorpus([
      await sourceFile('a.md', 'same'),
      await sourceFile('b.md', 'same'),
      await sourceFile('c.pdf', 'x'),
    ]);
    expect(documents.map((document) => document.path)).toEqual(['a.md']);
    expect(skipped).toEqual([
      { path: 'b.md', reason: 'same content as a.md' },
      { path: 'c.pdf', reason: 'named .pdf but holds plain text' },
    ]);
  });

  test('a file that takes too long is skipped, and the following files are read', async () => {
    const slow = await sourceFile('slow.html', `<html>${'<p><span>'.repeat(300_000)}`);
    const files = [
      slow,
      await sourceFile('a.md', 'one'),
      await sourceFile('b.md', 'two'),
      await sourceFile('c.md', 'three'),
    ];
    const { documents, skipped } = await readCorpus(files, { limits: { seconds: 2 } });
    expect(skipped).toEqual([{ path: 'slow.html', reason: 'takes more than 2 seconds to be read' }]);
    expect(documents.map((document) => document.path)).toEqual(['a.md', 'b.md', 'c.md']);
  });

  test('a file that needs too much memory is skipped, and the following files are read', async () => {
    const hungry = await sourceFile('hungry.html', `<html>${'<p>x</p>'.repeat(1_500_000)}`);
    const { documents, skipped } = await readCorpus(
      [hungry, await sourceFile('a.md', 'one'), await sourceFile('b.md', 'two')],
      {
        limits: { megabytes: 200 },
      },
    );
    expect(skipped).toEqual([{ path: 'hungry.html', reason: 'needs more than 200 MB of memory to be read' }]);
    expect(documents).toHaveLength(2);
  });

  test('deeply nested markup is read or skipped, and does not crash', async () => {
    const { documents, skipped } = await readCorpus([await sourceFile('deep.html', `<html>${'<div>'.repeat(7_000)}x`)]);
    expect(documents.length + skipped.length).toBe(1);
  });

  test('a file that was changed or deleted since it was found is a fault that can be retried', async () => {
    const file = await sourceFile('a.md', 'before');
    await writeFile(file.file, 'after');
    await expect(readCorpus([file])).rejects.toMatchObject({
      kind: 'unavailable',
      message: expect.stringContaining('a.md changed'),
    });
    await rm(file.file);
    await expect(readCorpus([file])).rejects.toMatchObject({
      kind: 'unavailable',
      message: expect.stringContaining('ENOENT'),
    });
  });

  test('an aborted signal ends the reading', async () => {
    const controller = new AbortController();
    const files = await Promise.all(
      ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'].map((name) => sourceFile(`${name}.md`, name)),
    );
    const reading = readCorpus(files, {
      signal: controller.signal,
      onProgress: () => controller.abort(new Error('stopped')),
    });
    await expect(reading).rejects.toThrow('stopped');
  });
});
