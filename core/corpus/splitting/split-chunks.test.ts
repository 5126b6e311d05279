import { describe, expect, test } from 'vitest';
import type { Chunk } from '../../contracts/corpus.ts';
import { contentId } from '../../primitives/hash.ts';
import { splitChunks } from './split-chunks.ts';

/** Text that shares no eight words in a row with text of another seed. */
const prose = (seed: string, words = 60) =>
  Array.from({ length: words }, (_, i) => contentId(`${seed} ${i}`).slice(0, 6)).join(' ');

function chunksOf(path: string, texts: readonly string[]): Chunk[] {
  return texts.map((text) => ({
    id: contentId(path + text),
    documentId: contentId(path),
    path,
    headings: [],
    text,
    tokens: 10,
    language: 'en',
  }));
}
const corpus = (documents: number, chunks = 4) =>
  Array.from({ length: documents }, (_, i) =>
    chunksOf(
      `docs/${i}.md`,
      Array.from({ length: chunks }, (_, j) => prose(`${i}/${j}`)),
    ),
  ).flat();
const options = (more: Partial<Parameters<typeof splitChunks>[1]> = {}) => ({
  validationShare: 0.25,
  maxLeakage: 0.05,
  ...more,
});

describe('splitChunks', { timeout: 60_000 }, () => {
  test('every chunk is a training or a validation chunk, the same for all chunks of a document', async () => {
    const chunks = corpus(40);
    const { split, by, trainDocuments, validationDocuments, leakage } = await splitChunks(chunks, options());
    expect([...split.train, ...split.validation].sort()).toEqual(chunks.map((chunk) => chunk.id).sort());
    expect(split.validation.length).toBe(4 * validationDocuments);
    expect(trainDocuments + validationDocuments).toBe(40);
    expect({ by, leakage }).toEqual({ by: 'documents', leakage: 0 });
  });

  test('the share is near the requested one; with two documents or more, both splits have one', async () => {
    for (const documents of [2, 3, 5, 10, 40, 400]) {
      for (const validationShare of [0.1, 0.25, 0.5]) {
        const { validationDocuments } = await splitChunks(corpus(documents, 1), options({ validationShare }));
        const requested = documents * validationShare;
        expect(validationDocuments).toBeGreaterThanOrEqual(Math.max(1, Math.floor(requested / 2)));
        expect(validationDocuments).toBeLessThanOrEqual(
          Math.min(documents - 1, Math.max(1, Math.ceil(requested * 1.5))),
        );
      }
    }
    const { validationDocuments } = await splitChunks(corpus(400, 1), options());
    expect(Math.abs(validationDocuments - 100)).toBeLessThan(30);
  });

  test('a document stays in its split as the corpus grows, in any order', async () => {
    const small = (await splitChunks(corpus(60), options())).split;
    const grown = (await splitChunks(corpus(240).reverse(), options())).split;
    const validation = new Set(grown.validation);
    expect(small.validation.every((id) => validation.has(id))).toBe(true);
    expect(small.train.some((id) => validation.has(id))).toBe(false);
  });

  test('near-duplicate documents are in the same split', async () => {
    const chunks = corpus(30, 2);
    const copies = Array.from({ length: 12 }, (_, i) =>
      chunksOf(`copies/${i}.md`, [`${prose('shared', 200)} edition ${i}`]),
    ).flat();
    const { split } = await splitChunks([...chunks, ...copies], options());
    const validation = new Set(split.validation);
    expect([0, 12]).toContain(copies.filter((chunk) => validation.has(chunk.id)).length);
  });

  test('a single document is divided in blocks of neighbouring chunks, which is reported', async () => {
    const chunks = chunksOf(
      'book.pdf',
      Array.from({ length: 100 }, (_, i) => prose(`p${i}`)),
    );
    const { split, by } = await splitChunks(chunks, options());
    const validation = new Set(split.validation);
    const inValidation = chunks.map((chunk) => validation.has(chunk.id));
    expect(by).toBe('chunks');
    expect(inValidation.filter(Boolean).length).toBeGreaterThanOrEqual(8);
    expect(inValidation.filter(Boolean).length).toBeLessThanOrEqual(40);
    for (let i = 0; i < 96; i += 8) expect(new Set(inValidation.slice(i, i + 8)).size).toBe(1);
    expect((await splitChunks(chunks.slice(0, 2), options())).split).toMatchObject({
      train: [expect.any(String)],
      validation: [expect.any(String)],
    });
  });

  test('firstChunks takes the first N for training and the rest for validation', async () => {
    const chunks = corpus(3);
    const { split, by } = await splitChunks(chunks, options({ firstChunks: 5 }));
    expect(split).toEqual({ train: chunks.slice(0, 5).map((c) => c.id), validation: chunks.slice(5).map((c) => c.id) });
    expect(by).toBe('chunks');
    await expect(splitChunks(chunks, options({ firstChunks: 12 }))).rejects.toThrow(
      'split.firstChunks is 12, but there are only 12 chunks',
    );
  });

  test('too few chunks and too much leakage are faults that say what to do', async () => {
    await expect(splitChunks([], options())).rejects.toThrow('The documents give no chunk');
    await expect(splitChunks(corpus(1, 1), options())).rejects.toThrow('The documents give one chunk');
    const boilerplate = prose('the same everywhere', 50);
    const chunks = Array.from({ length: 20 }, (_, i) =>
      chunksOf(`${i}.md`, [prose(`own ${i}`, 300), `${boilerplate} ${i}`]),
    ).flat();
    await expect(splitChunks(chunks, options())).rejects.toThrow(/^50\.0 % of the validation chunks/);
    expect((await splitChunks(chunks, options({ maxLeakage: 1 }))).leakage).toBe(0.5);
  });
});
