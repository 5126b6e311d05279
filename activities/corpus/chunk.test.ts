import { expect, it, vi } from 'vitest';
import { Chunk, type Document } from '../../core/contracts/corpus.ts';
import type { StageProgress } from '../../core/contracts/progress.ts';
import { chunkDocuments } from '../../core/corpus/chunking/chunk-documents.ts';
import { openTokenizer } from '../../core/encoder/tokenizer/tokenizer.ts';
import { temporaryFolder } from '../../core/primitives/temporary-folder.fixture.ts';
import { putJsonLines, readJsonLines } from '../runtime/artifacts.ts';
import { openBase } from '../runtime/models.ts';
import { contextIn } from '../runtime/step-context.fixture.ts';
import { resolveModel } from '../training/resolve-model.ts';
import { chunk } from './chunk.ts';

// Chunking a million characters takes this model 20 s.
vi.mock(import('../../core/corpus/chunking/document-parts.ts'), async (original) => {
  const { documentParts } = await original();
  return { documentParts: (documents: Iterable<Document>) => documentParts(documents, 1000) };
});

const folder = temporaryFolder();

it('continues chunking a large corpus where an attempt was stopped, with the same chunks', async () => {
  const context = await contextIn(folder.path);
  const { output: model } = await resolveModel(context, { model: './tiny-bert' });
  // The last document repeats what the first one says.
  const all = [documentOf('a', 0), documentOf('b', 100), documentOf('c', 0)];
  const documents = await putJsonLines(context.store, all);
  const input = { documents, model, options: { overlap: 0 } };

  const stop = new AbortController();
  const stopAtSecond = ({ done }: StageProgress) => done === 2 && stop.abort(new Error('the worker shuts down'));
  const stopped = chunk({ ...context, signal: stop.signal, progress: stopAtSecond }, input);
  await expect(stopped).rejects.toThrow('the worker shuts down');

  const progress = vi.fn<(progress: StageProgress) => void>();
  const { output, reused } = await chunk({ ...context, progress }, input);
  expect(reused).toBe(false);
  expect(progress.mock.calls[0]?.[0].done).toBeGreaterThan(1);
  const chunks = await readJsonLines(context.store, output.chunks, Chunk);
  const tokenizer = await openTokenizer(await openBase(context, model));
  const atOnce = await chunkDocuments(all, tokenizer, input.options);
  expect({ chunks, duplicates: output.duplicates }).toEqual(atOnce);
});

function documentOf(name: string, from: number): Document {
  const lines = Array.from({ length: 100 }, (_, i) => `Pump ${from + i} is checked by the crew of the hall daily.`);
  const text = lines.join('\n');
  return {
    ...{ id: name, path: `${name}.txt`, title: name, media: 'txt', language: 'en', sections: [{ headings: [], text }] },
    reading: { characters: text.length, omitted: [], doubts: [] },
  };
}
