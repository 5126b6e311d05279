import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import type { Chunk, Skipped } from '../core/contracts/corpus.ts';
import type { TokenCounter } from '../core/contracts/model.ts';
import { RunInput } from '../core/contracts/run-input.ts';
import { chunkDocuments } from '../core/corpus/chunking/chunk-documents.ts';
import { readCorpus } from '../core/corpus/readers/read-corpus.ts';
import { findDocuments } from '../core/corpus/sources/find-documents.ts';

/** Document path below `documents/` -> innermost heading -> questions that the authors wrote for that section. */
const WrittenQuestions = z.record(z.string(), z.record(z.string(), z.array(z.string()).min(1)));
export type WrittenQuestions = z.infer<typeof WrittenQuestions>;

export interface Example {
  readonly run: RunInput;
  readonly chunks: readonly Chunk[];
  readonly skipped: readonly Skipped[];
  readonly written: WrittenQuestions;
}

/**
 * Reads an example and chunks its documents as its run does. Document paths are relative to `documents/`.
 * @param folder has `run.yaml`, `questions.yaml` and `documents/`.
 */
export async function readExample(folder: string, counter: TokenCounter): Promise<Example> {
  const yaml = async (name: string) => parse(await readFile(join(folder, name), 'utf8'));
  const run = RunInput.parse(await yaml('run.yaml'));
  const written = WrittenQuestions.parse(await yaml('questions.yaml'));
  const base = resolve(folder, 'documents');
  const found = await findDocuments([base], { roots: [base], base });
  const { documents, skipped } = await readCorpus(found.files);
  const { chunks } = await chunkDocuments(documents, counter, run.chunks);
  return { run, chunks, skipped: [...found.skipped, ...skipped], written };
}
