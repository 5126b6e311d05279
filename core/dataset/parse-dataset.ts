import { QADataset } from '../contracts/dataset.ts';
import { Fault } from '../contracts/fault.ts';
import { decodeDataset } from './dataset-json.ts';

/** Faults listed one by one; the rest are counted. */
const MAX_LISTED = 10;

/**
 * Reads a dataset and checks that every id leads somewhere. Keys beyond those of `QADataset` are ignored.
 *
 * @param name what the user calls the file; every fault starts with it.
 * @throws Fault `input` naming what is wrong: not JSON, not the schema, queries without relevant passages, passages or
 *   queries that are named but missing, empty texts, nothing to ask or nothing to find; too large to be read.
 */
export function parseDataset(json: string | Uint8Array, name: string): QADataset {
  let value: unknown;
  try {
    value = typeof json === 'string' ? JSON.parse(json.replace(/^\uFEFF/, '')) : decodeDataset(json);
  } catch (cause) {
    if (!(cause instanceof SyntaxError)) throw tooLong(name, cause);
    throw new Fault('input', `${name} is not JSON (${(cause as Error).message}).`, ADVICE, { cause });
  }
  const parsed = QADataset.safeParse(value);
  if (!parsed.success) {
    throw fault(
      name,
      parsed.error.issues.map((issue) => `${issue.path.join('.') || 'the top level'}: ${issue.message}`),
    );
  }
  const faults = [...danglingIds(parsed.data)];
  if (faults.length > 0) throw fault(name, faults);
  return parsed.data;
}

function tooLong(name: string, cause: unknown): Fault {
  return new Fault(
    'input',
    `${name} is too large to be read in one piece.`,
    'Keep it below half a gigabyte, or lay it out an entry a line, like the data sets in the folder of a run.',
    { cause },
  );
}

const ADVICE =
  'Give a dataset in llama-index’s form: queries, corpus and relevant_docs, where relevant_docs maps each query id to passage ids.';

function fault(name: string, faults: string[]): Fault {
  const details = faults.slice(0, MAX_LISTED);
  if (faults.length > MAX_LISTED) details.push(`… and ${faults.length - MAX_LISTED} more`);
  const what = faults.length === 1 ? `has a fault: ${faults[0]}` : `has ${faults.length} faults, first: ${faults[0]}`;
  return new Fault('input', `${name} ${what}.`, ADVICE, { details });
}

function* danglingIds({ queries, corpus, relevant_docs, hard_negatives = {} }: QADataset): Generator<string> {
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
    if (!Object.hasOwn(queries, queryId)) yield `relevant_docs names query ${queryId}, which queries does not hold`;
    for (const id of passageIds) {
      if (!Object.hasOwn(corpus, id)) yield `query ${queryId} is answered by passage ${id}, which corpus does not hold`;
    }
  }
  for (const [queryId, passageIds] of Object.entries(hard_negatives)) {
    if (!Object.hasOwn(queries, queryId)) yield `hard_negatives names query ${queryId}, which queries does not hold`;
    for (const id of passageIds) {
      if (!Object.hasOwn(corpus, id)) yield `query ${queryId} has the hard negative ${id}, which corpus does not hold`;
      if (relevant_docs[queryId]?.includes(id)) yield `query ${queryId} has ${id} as answer and as hard negative`;
    }
  }
}
