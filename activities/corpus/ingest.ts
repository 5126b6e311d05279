import { doStep } from '../../core/artifacts/step.ts';
import { IngestResult, type Skipped } from '../../core/contracts/corpus.ts';
import type { StepResult } from '../../core/contracts/step-result.ts';
import { readCorpus } from '../../core/corpus/readers/read-corpus.ts';
import { findDocuments } from '../../core/corpus/sources/find-documents.ts';
import { canonicalJson, sha256 } from '../../core/primitives/hash.ts';
import { putJsonLines } from '../runtime/artifacts.ts';
import type { StepContext } from '../runtime/context.ts';
import { bucketObjects } from '../runtime/objects.ts';
import { IngestIndex } from './ingest-index.ts';

/** Raised whenever the same files are read as other documents. */
const VERSION = 1;

/** Skipped files named in the result; more are only counted, so that a workflow's history stays small. */
const LISTED = 40;

/** Finds the documents and reads them as clean text. */
export async function ingest(
  context: StepContext,
  { documents: locations }: { documents: string[] },
): Promise<StepResult<IngestResult>> {
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
      skipped: all.slice(0, LISTED),
      skippedMore: Math.max(0, all.length - LISTED),
    };
  });
  await index.save(files, outcome.output.documents);
  return { ...outcome, summary: describe(outcome.output) };
}

function describe({ read, skipped, skippedMore }: IngestResult): string {
  if (skipped.length === 0) return `${read} read`;
  const named = skipped.slice(0, 2).map(({ path, reason }: Skipped) => `${path}: ${reason}`);
  const more = skipped.length + skippedMore - named.length;
  return `${read} read, ${skipped.length + skippedMore} skipped (${named.join('; ')}${more > 0 ? `; ${more} more` : ''})`;
}
