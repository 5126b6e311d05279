import { readFile } from 'node:fs/promises';
import type { QADataset } from '../contracts/dataset.ts';
import { Fault } from '../contracts/fault.ts';
import { parseDataset } from './parse-dataset.ts';

/** The texts of a query and of all its relevant passages. No two pairs of a mini-batch may share one of them. */
export type PairTexts = readonly string[];

/** A training pair: a query and its positive passage. */
export interface Pair {
  /** The query's id in the dataset. */
  readonly id: string;
  readonly query: string;
  readonly passage: string;
  readonly texts: PairTexts;
  /** Texts of the hard negatives, the hardest first. */
  readonly negatives: readonly string[];
}

/**
 * Reads a dataset and pairs each query with its first relevant passage.
 * @throws Fault `input` if the file cannot be read, `parseDataset` refuses it, or it has fewer than two queries.
 */
export async function readPairs(file: string): Promise<Pair[]> {
  const pairs = pairsOf(parseDataset(await bytesOf(file), file));
  if (pairs.length < 2)
    throw new Fault(
      'input',
      `${file} has ${pairs.length} questions; training compares at least two.`,
      'Add questions.',
    );
  return pairs;
}

/** Pairs each query with its first relevant passage. */
export function pairsOf({ queries, corpus, relevant_docs, hard_negatives = {} }: QADataset): Pair[] {
  const textsOf = (ids: readonly string[] = []) => ids.map((id) => corpus[id] ?? '');
  return Object.entries(queries).map(([id, query]) => {
    const passages = textsOf(relevant_docs[id]);
    const texts = new Set([query, ...passages]);
    const negatives = new Set(textsOf(hard_negatives[id]).filter((text) => !texts.has(text)));
    return { id, query, passage: passages[0] ?? '', texts: [...texts], negatives: [...negatives] };
  });
}

async function bytesOf(file: string): Promise<Uint8Array> {
  try {
    return await readFile(file);
  } catch (cause) {
    const advice = 'Give a llama-index EmbeddingQAFinetuneDataset (queries, corpus, relevant_docs).';
    throw new Fault('input', `${file} cannot be read: ${(cause as Error).message}.`, advice, { cause });
  }
}
