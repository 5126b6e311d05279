import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { SourceFile } from '../sources/source-file.ts';
import { makePdf } from './fixtures/pdf.ts';
import { makeDocx } from './fixtures/zip.ts';
import { readCorpus } from './read-corpus.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'corpus-'));
});
afterEach(() => rm(folder, { recursive: true }));

async function found(path: string, content: string | Uint8Array): Promise<SourceFile> {
  const bytes = Buffer.from(content);
  const file = join(folder, createHash('md5').update(path).digest('hex'));
  await writeFile(file, bytes);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  return { path, file, bytes: bytes.length, sha256, read: () => readFile(file) };
}

// Threads start slowly on a busy machine.
describe('readCorpus', { timeout: 60_000 }, () => {
  test('reads every type, in order, and says how far it is', async () => {
    const files = [
      await found('a.md', '# Pump\n\nOpen it.'),
      await found('b.txt', 'Close it.'),
      await found('c.html', '<html><body><h1>泵</h1>先关阀。</body></html>'),
      await found('d.pdf', makePdf([[{ text: 'Printed text', y: 700 }]])),
      await found('e.docx', makeDocx([['Heading1', 'Word']])),
    ];
    const steps: string[] = [];
    const { documents, skipped } = await readCorpus(files, {
      onProgress: (done, total) => steps.push(`${done}/${total}`),
    });
    expect(documents.map((document) => [document.path, document.media, document.sections])).toEqual([
      ['a.md', 'md', [{ headings: ['Pump'], text: 'Open it.' }]],
      ['b.txt', 'txt', [{ headings: [], text: 'Close it.' }]],
      ['c.html', 'html', [{ headings: ['泵'], text: '先关阀。' }]],
      ['d.pdf', 'pdf', [{ headings: [], text: 'Printed text' }]],
      ['e.docx', 'docx', [{ headings: ['Word'], text: '' }]],
    ]);
    expect(skipped).toEqual([]);
    expect(steps).toEqual(['1/5', '2/5', '3/5', '4/5', '5/5']);
  });

  test('the same content is read once, and the copy says of what it is one', async () => {
    const { documents, skipped } = await readCorpus([
      await found('a.md', 'same'),
      await found('b.md', 'same'),
      await found('c.pdf', 'x'),
    ]);
    expect(documents.map((document) => document.path)).toEqual(['a.md']);
    expect(skipped).toEqual([
      { path: 'b.md', reason: 'same content as a.md' },
      { path: 'c.pdf', reason: 'named .pdf but holds plain text' },
    ]);
  });

  test('a file that takes too long is skipped, and those after it are read', async () => {
    const slow = await found('slow.html', `<html>${'<div>'.repeat(3_000_000)}`);
    const files = [slow, await found('a.md', 'one'), await found('b.md', 'two'), await found('c.md', 'three')];
    const { documents, skipped } = await readCorpus(files, { limits: { seconds: 2 } });
    expect(skipped).toEqual([{ path: 'slow.html', reason: 'takes more than 2 seconds to be read' }]);
    expect(documents.map((document) => document.path)).toEqual(['a.md', 'b.md', 'c.md']);
  });

  test('a file that needs too much memory is skipped, and those after it are read', async () => {
    const hungry = await found('hungry.html', `<html>${'<p>x</p>'.repeat(1_500_000)}`);
    const { documents, skipped } = await readCorpus([hungry, await found('a.md', 'one'), await found('b.md', 'two')], {
      limits: { heapMegabytes: 64 },
    });
    expect(skipped).toEqual([{ path: 'hungry.html', reason: 'needs more than 64 MB of memory to be read' }]);
    expect(documents).toHaveLength(2);
  });

  test('nesting thousands deep is read or skipped, never a crash', async () => {
    const { documents, skipped } = await readCorpus([await found('deep.html', `<html>${'<div>'.repeat(7_000)}x`)]);
    expect(documents.length + skipped.length).toBe(1);
  });

  test('a file that changes or goes while it is read stops the reading, so that a retry sees it whole', async () => {
    const file = await found('a.md', 'before');
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

  test('an aborted signal stops it', async () => {
    const controller = new AbortController();
    const files = await Promise.all(['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'].map((name) => found(`${name}.md`, name)));
    const reading = readCorpus(files, {
      signal: controller.signal,
      onProgress: () => controller.abort(new Error('stopped')),
    });
    await expect(reading).rejects.toThrow('stopped');
  });
});
