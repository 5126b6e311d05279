import { doStep } from '../../core/artifacts/step.ts';
import { IngestResult } from '../../core/contracts/corpus.ts';
import type { StepResult } from '../../core/contracts/step-result.ts';
import { readCorpus } from '../../core/corpus/readers/read-corpus.ts';
import { findDocuments } from '../../core/corpus/sources/find-documents.ts';
import { canonicalJson, sha256 } from '../../core/primitives/hash.ts';
import { putJsonLines } from '../runtime/artifacts.ts';
import type { StepContext } from '../runtime/context.ts';
import { bucketObjects } from '../runtime/objects.ts';
import { IngestIndex } from './ingest-index.ts';

/** To be raised when a change of the readers gives other documents for the same files. */
const VERSION = 2;

/** Skipped files named in the result; the others are only counted, so that a workflow's history stays small. */
const MAX_LISTED = 40;

type Input = {
  /** Folders, files, globs or `s3://` locations. */
  documents: string[];
};

/**
 * Finds the documents and reads them as clean text. Stores JSON Lines of `Document`.
 * The files are listed and hashed every time. The result is reused if paths and bytes are the same; documents that the
 * last run over the same locations has read are not read again.
 * @throws Fault `input` as `findDocuments`; `unavailable` if a file changes while it is read.
 */
export async function ingest(context: StepContext, { documents: locations }: Input): Promise<StepResult<IngestResult>> {
  const { store, base, roots, scratch, signal, progress } = context;
  const index = await IngestIndex.open(store, locations, VERSION);
  const { files, skipped } = await findDocuments(locations, {
    roots,
    base,
    objects: { source: bucketObjects(), cachedHash: (file, etag) => index.sha256Of(file, etag), scratch },
  });
  const found = sha256(canonicalJson([files.map(({ path, sha256 }) => [path, sha256]), skipped]));
  const step = { name: 'ingest', version: VERSION, inputs: { found } };
  const outcome = await doStep(store, step, IngestResult, async () => {
    const corpus = await readCorpus(files, {
      cached: await index.documents(),
      onProgress: (done, total) => progress({ done, total, unit: 'documents' }),
      signal,
    });
    const all = [...skipped, ...corpus.skipped];
    return {
      documents: await putJsonLines(store, corpus.documents),
      read: corpus.documents.length,
      skipped: all.slice(0, MAX_LISTED),
      skippedMore: Math.max(0, all.length - MAX_LISTED),
    };
  });
  await index.save(files, outcome.output.documents);
  return { ...outcome, summary: describe(outcome.output) };
}

function describe({ read, skipped, skippedMore }: IngestResult): string {
  if (skipped.length === 0) return `${read} read`;
  const named = skipped.slice(0, 2).map(({ path, reason }) => `${path}: ${reason}`);
  const more = skipped.length + skippedMore - named.length;
  return `${read} read, ${skipped.length + skippedMore} skipped (${named.join('; ')}${more > 0 ? `; ${more} more` : ''})`;
}
