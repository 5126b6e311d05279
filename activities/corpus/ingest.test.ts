import { writeFile } from 'node:fs/promises';
import { expect, it, vi } from 'vitest';
import { DocumentReader } from '../../core/corpus/readers/read-document.ts';
import { temporaryFolder } from '../../core/primitives/temporary-folder.fixture.ts';
import { contextIn } from '../runtime/step-context.fixture.ts';
import { ingest } from './ingest.ts';

// Documents are kept as soon as they are read, and not after half a minute.
vi.mock(import('../../core/corpus/readers/read-corpus.ts'), async (original) => {
  const { readCorpus } = await original();
  return { readCorpus: (files, options) => readCorpus(files, { ...options, keepEveryMs: 0 }) };
});

const folder = temporaryFolder();

it('reads no document again that an attempt had read when it was stopped', async () => {
  const names = Array.from({ length: 12 }, (_, i) => `page-${String(i).padStart(2, '0')}.md`);
  for (const name of names) await writeFile(folder.join(name), `# ${name}\n\nThe pump of ${name} is checked daily.\n`);
  const context = await contextIn(folder.join('home'), { roots: [folder.path] });
  const documents = [`${folder.path}/*.md`];

  const stop = new AbortController();
  const progress = ({ done }: { done: number }) => done === 6 && stop.abort(new Error('the worker shuts down'));
  const read = vi.spyOn(DocumentReader.prototype, 'read');
  const stopped = ingest({ ...context, signal: stop.signal, progress }, { documents });
  await expect(stopped).rejects.toThrow('the worker shuts down');
  const before = read.mock.calls.map(([file]) => file.path);
  expect(before.length).toBeLessThan(names.length);

  read.mockClear();
  const { output, reused } = await ingest(context, { documents });
  expect({ reused, read: output.read }).toEqual({ reused: false, read: names.length });
  const again = read.mock.calls.map(([file]) => file.path).filter((path) => before.includes(path));
  // One reader may have been stopped before its document was kept.
  expect(again.length).toBeLessThanOrEqual(4);
  expect(read.mock.calls.length).toBeLessThan(names.length);
});

it('does not list the files of a folder to the end when it is stopped', async () => {
  await writeFile(folder.join('page.md'), 'The pump is checked daily.');
  const context = await contextIn(folder.join('home'), { roots: [folder.path] });
  const signal = AbortSignal.abort(new Error('the run is cancelled'));
  await expect(ingest({ ...context, signal }, { documents: [folder.path] })).rejects.toThrow('the run is cancelled');
});
