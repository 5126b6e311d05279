import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chunkDocuments } from '../../core/corpus/chunking/chunk-documents.ts';
import { readCorpus } from '../../core/corpus/readers/read-corpus.ts';
import { findDocuments } from '../../core/corpus/sources/find-documents.ts';
import { splitChunks } from '../../core/corpus/splitting/split-chunks.ts';
import { buildDataset } from '../../core/dataset/build-dataset.ts';
import { encodeDataset } from '../../core/dataset/dataset-json.ts';
import { openTokenizer } from '../../core/encoder/tokenizer/tokenizer.ts';
import { headingQuestions } from '../../core/questions/heading-questions.ts';

const CACHE = fileURLToPath(new URL('../../.cache/bench-data/', import.meta.url));

/**
 * Writes a training and a validation dataset of a folder of documents, with their headings as questions, built with the
 * functions that a run uses.
 * @param model Folder of the model whose tokenizer counts tokens.
 * @param maxTokens Of a chunk.
 * @returns Their paths.
 */
export async function headingDatasets(
  name: string,
  documents: string,
  model: string,
  maxTokens: number,
): Promise<{ train: string; validation: string }> {
  const base = dirname(documents);
  const found = await findDocuments([documents], { roots: [base], base });
  const corpus = await readCorpus(found.files);
  const { chunks } = await chunkDocuments(corpus.documents, await openTokenizer(model), { maxTokens, overlap: 0 });
  const { split } = await splitChunks(chunks, { validationShare: 0.25, maxLeakage: 1 });
  const datasets = await buildDataset(chunks, split, await headingQuestions(chunks));
  const paths = { train: `${CACHE}${name}.train.json`, validation: `${CACHE}${name}.val.json` };
  await mkdir(CACHE, { recursive: true });
  await writeFile(paths.train, await encodeDataset(datasets.train));
  await writeFile(paths.validation, await encodeDataset(datasets.validation));
  return paths;
}
