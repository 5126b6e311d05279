import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bucketObjects } from '../../core/artifacts/s3/bucket-objects.ts';
import { Fault } from '../../core/contracts/fault.ts';
import type { TokenCounter } from '../../core/contracts/model.ts';
import type { Stage, StageName, StageProgress } from '../../core/contracts/progress.ts';
import type { RunInput } from '../../core/contracts/run-input.ts';
import { chunkDocuments } from '../../core/corpus/chunking/chunk-documents.ts';
import { RepeatedBlocks } from '../../core/corpus/chunking/repeated-blocks.ts';
import { readCorpus } from '../../core/corpus/readers/read-corpus.ts';
import { findDocuments } from '../../core/corpus/sources/find-documents.ts';
import { openTokenizer } from '../../core/encoder/tokenizer/tokenizer.ts';
import { pullModel } from '../../core/hub/pull-model.ts';
import { openTokenCounter } from '../../core/provider/count-tokens.ts';
import { loadSettings } from '../../workers/settings.ts';
import { placesRead } from '../input/places.ts';
import { requestOf } from '../input/request.ts';
import { EXIT } from '../output/failure.ts';
import { modelName } from '../output/header.ts';
import { progressView } from '../output/progress-view.ts';
import { documentJson, type ReadDocuments, readingLines, skippedJson } from '../output/reading.ts';
import { interruptible } from '../runtime/interrupt.ts';
import type { Io } from '../runtime/io.ts';

export interface ReadFlags {
  config?: string;
  model?: string;
  maxTokens?: number;
  sections?: boolean;
  chunks?: boolean;
  json?: boolean;
  verbose?: boolean;
}

/** Tokens per chunk if there is no model: those of the default model. */
const CHUNK_TOKENS = 256;

/** `hone read`: reads documents as a run does, without a Temporal server, and prints what came of them. */
export async function read(documents: string[], flags: ReadFlags, io: Io): Promise<number> {
  const { input } = await requestOf(documents, flags, io.cwd);
  const maxTokens = flags.maxTokens ?? input.chunks.maxTokens;
  const interrupt = interruptible();
  const view = progressView(io.err);
  const show = (name: StageName, progress: StageProgress) => {
    const stages: Stage[] = [{ name, state: 'running', progress }];
    view.update({ title: 'read', model: input.model, state: 'running', stages });
  };
  try {
    const result = await readAll(input, maxTokens, io.cwd, interrupt.signal, show);
    view.close();
    print(result, flags, io);
    return EXIT.done;
  } catch (error) {
    if (!interrupt.signal.aborted) throw error;
    return EXIT.interrupted;
  } finally {
    view.close();
    interrupt.dispose();
  }
}

async function readAll(
  input: RunInput,
  maxTokens: number | undefined,
  cwd: string,
  signal: AbortSignal,
  show: (name: StageName, progress: StageProgress) => void,
): Promise<ReadDocuments> {
  if (!input.documents) throw new Fault('input', 'A dataset holds no documents.', 'Name documents: hone read docs/.');
  const scratch = await mkdtemp(join(tmpdir(), 'hone-read-'));
  try {
    const objects = { source: bucketObjects(), cachedHash: () => undefined, scratch };
    const found = await findDocuments(input.documents, { roots: await placesRead(input), base: cwd, objects });
    const counter = await openCounter(input.model, cwd, signal, (progress) => show('model', progress));
    const corpus = await readCorpus(found.files, {
      onProgress: (done, total) => show('documents', { done, total, unit: 'documents' }),
      signal,
    });
    const documents = [...(await RepeatedBlocks.of(corpus.documents)).withoutThem(corpus.documents)];
    const options = { maxTokens, overlap: input.chunks.overlap };
    const { chunks, duplicates } = await chunkDocuments(documents, counter, options, (done) =>
      show('chunks', { done, total: documents.length, unit: 'documents' }),
    );
    return {
      documents,
      skipped: [...found.skipped, ...corpus.skipped],
      chunks: Map.groupBy(chunks, ({ documentId }) => documentId),
      duplicates,
      tokensOf: counter.name,
    };
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

interface Counter extends TokenCounter {
  /** What counts: the name of a model or of an encoding. */
  readonly name: string;
}

/** The tokenizer of the model; if the model cannot be downloaded now, that of an OpenAI encoding. */
async function openCounter(
  name: string,
  baseDir: string,
  signal: AbortSignal,
  onProgress: (progress: StageProgress) => void,
): Promise<Counter> {
  const { models } = await loadSettings();
  try {
    const { folder } = await pullModel(name, { cache: models, baseDir, signal, onProgress });
    const tokenizer = await openTokenizer(folder);
    return { name: modelName(name), maxTokens: tokenizer.maxTokens, count: (text) => tokenizer.count(text) };
  } catch (error) {
    if (!(error instanceof Fault) || error.kind !== 'unavailable') throw error;
    const { encoding, text } = await openTokenCounter('');
    return {
      name: `${encoding}, as ${modelName(name)} cannot be downloaded now`,
      maxTokens: CHUNK_TOKENS,
      count: text,
    };
  }
}

function print(result: ReadDocuments, { json, sections = false, chunks = false }: ReadFlags, { out }: Io): void {
  if (!json) {
    for (const line of readingLines(result, { sections, chunks }, out)) out.line(line);
    return;
  }
  for (const document of result.documents)
    out.line(JSON.stringify(documentJson(document, result.chunks.get(document.id))));
  for (const skip of result.skipped) out.line(JSON.stringify(skippedJson(skip)));
}
