import { QADataset } from '../contracts/dataset.ts';
import { Fault } from '../contracts/fault.ts';
import { readJson } from '../encoder/files/read-json.ts';
import type { Exclusive } from '../training/data/batches.ts';
import { decodeDataset } from './dataset-json.ts';

/** A question and the passage that answers it. */
export interface Pair {
  /** The query's id in the dataset. */
  readonly id: string;
  readonly query: string;
  readonly passage: string;
  /** The texts of the query and of every passage that is known to answer it. */
  readonly texts: Exclusive;
  /** Passages that seem to answer it and do not, the hardest first. */
  readonly negatives: readonly string[];
}

/** @throws Fault `input` if the file is not a `QADataset`, or its ids lead nowhere. */
export async function readPairs(file: string): Promise<Pair[]> {
  const advice = 'Give a llama-index EmbeddingQAFinetuneDataset (queries, corpus, relevant_docs).';
  const parsed = QADataset.safeParse(await readJson(file, advice, decodeDataset));
  if (!parsed.success)
    throw new Fault('input', `${file} is not a dataset of questions and passages.`, advice, {
      details: parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`),
    });
  const { queries, corpus, relevant_docs: relevant, hard_negatives: hard = {} } = parsed.data;
  const details: string[] = [];
  const pairs = Object.entries(queries).map(([id, query]) => {
    const textsOf = (key: string, passages: readonly string[] = []) =>
      passages.map((passage) => {
        const text = corpus[passage];
        if (text === undefined) details.push(`${key}.${id} names the passage ${passage}, which corpus lacks`);
        return text ?? '';
      });
    const passages = textsOf('relevant_docs', relevant[id]);
    if (passages.length === 0) details.push(`relevant_docs has nothing for the query ${id}`);
    const texts = new Set([query, ...passages]);
    const negatives = new Set(textsOf('hard_negatives', hard[id]).filter((text) => !texts.has(text)));
    return { id, query, passage: passages[0] ?? '', texts: [...texts], negatives: [...negatives] };
  });
  if (details.length > 0)
    throw new Fault(
      'input',
      `${file} refers to what it does not hold: ${details[0]}.`,
      'Mend or remove those entries.',
      {
        details,
      },
    );
  if (pairs.length < 2)
    throw new Fault(
      'input',
      `${file} has ${pairs.length} questions; training compares at least two.`,
      'Add questions.',
    );
  return pairs;
}
