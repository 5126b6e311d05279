import { bucketObjects } from '../../core/artifacts/s3/bucket-objects.ts';
import { doStep } from '../../core/artifacts/step.ts';
import { IngestResult } from '../../core/contracts/corpus.ts';
import type { StepResult } from '../../core/contracts/step-result.ts';
import { groupSkipped } from '../../core/corpus/group-skipped.ts';
import { documentsToCheck } from '../../core/corpus/judge-reading.ts';
import { readCorpus } from '../../core/corpus/readers/read-corpus.ts';
import { findDocuments } from '../../core/corpus/sources/find-documents.ts';
import { canonicalJson, sha256 } from '../../core/primitives/hash.ts';
import { describeCheck } from '../../core/report/describe-check.ts';
import { en } from '../../core/report/i18n/words-en.ts';
import { putJsonLines } from '../runtime/artifacts.ts';
import type { StepContext } from '../runtime/context.ts';
import { IngestIndex } from './ingest-index.ts';

/** To be raised when a change of the readers gives other documents for the same files. */
const VERSION = 3;

/** Files named in a list of the result; the others are only counted, so that a workflow's history stays small. */
const MAX_LISTED = 40;
/** Files or reasons in the summary. */
const MAX_NAMED = 2;

type Input = {
  /** Folders, files, globs or `s3://` locations. */
  documents: string[];
};

/**
 * Finds the documents and reads them as clean text. Stores JSON Lines of `Document`.
 * The files are listed and hashed every time. The result is reused if paths and bytes are the same; documents that the
 * last run over the same locations has read are not read again, nor those that an attempt had read when it ended.
 * @throws Fault `input` as `findDocuments`; `unavailable` if a file changes while it is read.
 */
export async function ingest(context: StepContext, { documents: locations }: Input): Promise<StepResult<IngestResult>> {
  const { store, base, roots, scratch, signal, progress } = context;
  const index = await IngestIndex.open(store, locations, VERSION);
  const { files, skipped } = await findDocuments(locations, {
    roots,
    base,
    objects: {
      source: bucketObjects(),
      cachedHash: (file, etag) => index.sha256Of(file, etag),
      keepHash: (file, etag, hash) => index.keepHash(file, etag, hash),
      scratch,
    },
    signal,
  });
  const found = sha256(canonicalJson([files.map(({ path, sha256 }) => [path, sha256]), skipped]));
  const step = { name: 'ingest', version: VERSION, inputs: { found } };
  const outcome = await doStep(store, step, IngestResult, async () => {
    const corpus = await readCorpus(files, {
      cached: await index.documents(),
      onProgress: (done, total) => progress({ done, total, unit: 'documents' }),
      keep: (documents) => index.keepDocuments(documents),
      signal,
    });
    const all = [...skipped, ...corpus.skipped];
    const toCheck = documentsToCheck(corpus.documents);
    return {
      documents: await putJsonLines(store, corpus.documents),
      read: corpus.documents.length,
      skipped: all.slice(0, MAX_LISTED),
      skippedMore: Math.max(0, all.length - MAX_LISTED),
      skippedBy: groupSkipped(all).slice(0, MAX_LISTED),
      toCheck: toCheck.slice(0, MAX_LISTED),
      toCheckMore: Math.max(0, toCheck.length - MAX_LISTED),
    };
  });
  await index.save(files, outcome.output.documents);
  return { ...outcome, summary: describe(outcome.output) };
}

function describe(result: IngestResult): string {
  return [`${result.read} read`, describeSkipped(result), describeChecks(result)].filter(Boolean).join(', ');
}

function describeSkipped({ skipped, skippedMore, skippedBy = [] }: IngestResult): string | undefined {
  const count = skipped.length + skippedMore;
  if (count === 0) return undefined;
  const reasons =
    count <= MAX_NAMED
      ? skipped.map(({ path, reason }) => `${path}: ${reason}`)
      : skippedBy.slice(0, MAX_NAMED).map(({ reason, count }) => `${count} × ${reason}`);
  const more = skippedBy.length - reasons.length;
  return `${count} skipped (${reasons.join('; ')}${count > MAX_NAMED && more > 0 ? `; ${more} other reasons` : ''})`;
}

function describeChecks({ toCheck = [], toCheckMore = 0 }: IngestResult): string | undefined {
  const [first] = toCheck;
  return first && `${toCheck.length + toCheckMore} to check (${first.path}: ${describeCheck(first, en)})`;
}
