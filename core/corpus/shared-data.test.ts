import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { chunkDocuments } from './chunking/chunk-documents.ts';
import { readCorpus } from './readers/read-corpus.ts';
import { findDocuments } from './sources/find-documents.ts';
import { splitChunks } from './splitting/split-chunks.ts';

const DATA = resolve(import.meta.dirname, '../../../shared/data');
/** About as many tokens as a WordPiece tokenizer counts in English and Chinese. */
const counter = {
  maxTokens: 256,
  count: (text: string) => 2 + Math.ceil(text.match(/\p{Script=Han}|[\w]{1,6}|[^\s\w]/gu)?.length ?? 0),
};

async function read(location: string) {
  const { files, skipped } = await findDocuments([location], { roots: [DATA], base: DATA });
  const corpus = await readCorpus(files);
  const { chunks } = await chunkDocuments(corpus.documents, counter, { overlap: 0 });
  return { files, skipped: [...skipped, ...corpus.skipped], documents: corpus.documents, chunks };
}

describe.skipIf(!existsSync(join(DATA, 'vue-zh')))(
  'real documents (skipped if ../shared/data does not exist)',
  { timeout: 120_000 },
  () => {
    test('117 Chinese markdown pages', async () => {
      const { files, documents, skipped, chunks } = await read('vue-zh/src');
      expect(files.length).toBe(documents.length + skipped.filter((skip) => /\.md$/.test(skip.path)).length);
      expect(documents.length).toBeGreaterThan(105);
      expect(documents.filter((document) => document.language === 'zh').length).toBeGreaterThan(100);
      const computed = documents.find((document) => document.path.endsWith('guide/essentials/computed.md'));
      expect(computed?.title).toBe('计算属性');
      expect(computed?.sections.map(({ headings }) => headings)).toContainEqual(['计算属性', '基础示例']);
      for (const chunk of chunks) {
        expect(chunk.tokens).toBeLessThanOrEqual(256);
        expect(chunk.headings.join()).not.toMatch(/\{#/);
      }
      const { by, split, leakage } = await splitChunks(chunks, { validationShare: 0.25, maxLeakage: 0.05 });
      expect(by).toBe('documents');
      expect(leakage).toBeLessThan(0.05);
      expect(split.validation.length / chunks.length).toBeGreaterThan(0.1);
    });

    test('a filing of 169 pages', async () => {
      const { documents, chunks } = await read('nvidia-sec-10k-2022.pdf');
      const text = documents[0]?.sections.map((section) => section.text).join('\n') ?? '';
      expect(documents[0]?.language).toBe('en');
      expect(text).toContain(
        'NVIDIA pioneered accelerated computing to help solve the most challenging computational problems.',
      );
      expect(text.match(/^Table of Contents$/gm)?.length ?? 0).toBeLessThan(3);
      expect(documents[0]?.sections.some((section) => section.headings.includes('ITEM 1. BUSINESS'))).toBe(true);
      expect(chunks.length).toBeGreaterThan(400);
      expect((await splitChunks(chunks, { validationShare: 0.25, maxLeakage: 1 })).by).toBe('chunks');
    });
  },
);
