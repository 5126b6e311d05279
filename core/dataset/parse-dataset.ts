import { QADataset } from '../contracts/dataset.ts';
import { Fault } from '../contracts/fault.ts';
import { decodeDataset } from './dataset-json.ts';

/** Faults that are listed; the rest are counted. */
const MAX_LISTED = 10;

/**
 * Parses and validates a dataset in llama-index's format, in any encoding. Unknown keys are ignored.
 * @param name the name of the file in messages.
 * @throws Fault `input` if it cannot be decoded without loss, is not JSON, does not match the schema, is too large, has
 *   no queries or an empty corpus, has an empty text or a query without relevant passages, or if an id in
 *   `relevant_docs` or `hard_negatives` does not exist.
 */
export function parseDataset(json: string | Uint8Array, name: string): QADataset {
  let value: unknown;
  try {
    value = typeof json === 'string' ? JSON.parse(json.replace(/^\uFEFF/, '')) : decodeDataset(json, name);
  } catch (cause) {
    if (cause instanceof Fault) throw cause;
    if (!(cause instanceof SyntaxError)) throw tooLong(name, cause);
    throw new Fault('input', `${name} is not JSON (${(cause as Error).message}).`, ADVICE, { cause });
  }
  const parsed = QADataset.safeParse(value);
  if (!parsed.success) {
    throw faultyDataset(
      name,
      parsed.error.issues.map((issue) => `${issue.path.join('.') || 'the top level'}: ${issue.message}`),
    );
  }
  const faults = [...findFaults(parsed.data)];
  if (faults.length > 0) throw faultyDataset(name, faults);
  return parsed.data;
}

function tooLong(name: string, cause: unknown): Fault {
  return new Fault(
    'input',
    `${name} is too large to be read in one piece.`,
    'Keep it below half a gigabyte, or write one entry per line, as in the datasets that a run writes.',
    { cause },
  );
}

const ADVICE =
  'Use llama-index’s format: queries, corpus and relevant_docs, where relevant_docs maps each query id to passage ids.';

function faultyDataset(name: string, faults: string[]): Fault {
  const details = faults.slice(0, MAX_LISTED);
  if (faults.length > MAX_LISTED) details.push(`… and ${faults.length - MAX_LISTED} more`);
  const what = faults.length === 1 ? `has a fault: ${faults[0]}` : `has ${faults.length} faults, first: ${faults[0]}`;
  return new Fault('input', `${name} ${what}.`, ADVICE, { details });
}

/** Everything that the schema cannot express. */
function* findFaults({ queries, corpus, relevant_docs, hard_negatives = {} }: QADataset): Generator<string> {
  if (Object.keys(queries).length === 0) yield 'queries is empty';
  if (Object.keys(corpus).length === 0) yield 'corpus is empty';
  for (const [id, text] of Object.entries(queries)) {
    if (text.trim() === '') yield `query ${id} has no text`;
    if (!Object.hasOwn(relevant_docs, id)) yield `query ${id} has no entry in relevant_docs`;
  }
  for (const [id, text] of Object.entries(corpus)) {
    if (text.trim() === '') yield `passage ${id} has no text`;
  }
  for (const [queryId, passageIds] of Object.entries(relevant_docs)) {
    if (!Object.hasOwn(queries, queryId)) yield `relevant_docs names query ${queryId}, which is not in queries`;
    for (const id of passageIds) {
      if (!Object.hasOwn(corpus, id)) yield `query ${queryId} has the relevant passage ${id}, which is not in corpus`;
    }
  }
  for (const [queryId, passageIds] of Object.entries(hard_negatives)) {
    if (!Object.hasOwn(queries, queryId)) yield `hard_negatives names query ${queryId}, which is not in queries`;
    for (const id of passageIds) {
      if (!Object.hasOwn(corpus, id)) yield `query ${queryId} has the hard negative ${id}, which is not in corpus`;
      if (relevant_docs[queryId]?.includes(id))
        yield `query ${queryId} has ${id} both as relevant passage and as hard negative`;
    }
  }
}
