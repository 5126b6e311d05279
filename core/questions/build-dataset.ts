import type { Chunk, Split } from '../contracts/corpus.ts';
import type { QADataset } from '../contracts/dataset.ts';
import { Fault } from '../contracts/fault.ts';
import type { Question } from '../contracts/questions.ts';
import { normalQuestion } from './check-question.ts';
import { withoutHeadings } from './heading-questions.ts';

export interface BuiltDataset {
  train: QADataset;
  validation: QADataset;
  /** Training questions left out because a validation question asks the same. */
  removed: number;
}

/**
 * The two sides of a data set. The training corpus holds the training chunks that have questions; the validation corpus
 * holds every chunk, so that judging is as hard as production is. Equal questions (but for case and punctuation) know
 * all the chunks they were asked of as relevant: they judge as one query, and train as one pair a chunk, its own first.
 * One that stands on both sides leaves training.
 * Where questions are headings, no passage on either side keeps its heading line.
 * @throws Fault `input` if a question's chunk is unknown, or if either side ends without a query.
 */
export function buildDataset(chunks: readonly Chunk[], split: Split, questions: readonly Question[]): BuiltDataset {
  const fromHeadings = questions.some((question) => question.from === 'heading');
  const passages = new Map<string, string>();
  for (const chunk of chunks) {
    const text = fromHeadings ? withoutHeadings(chunk) : chunk.text;
    if (text !== '') passages.set(chunk.id, text);
  }
  const validationIds = new Set(split.validation);
  const trainIds = new Set(split.train.filter((id) => !validationIds.has(id)));
  for (const { chunkId } of questions) {
    if (!passages.has(chunkId)) {
      throw new Fault(
        'input',
        `A question belongs to chunk ${chunkId}, which is not among the chunks.`,
        'Ask the questions again for these chunks.',
      );
    }
  }

  const asked = grouped(questions);
  const validation = emptyDataset();
  const train = emptyDataset();
  let removed = 0;
  for (const same of asked) {
    const judging = same.filter(({ chunkId }) => validationIds.has(chunkId));
    const training = same.filter(({ chunkId }) => trainIds.has(chunkId));
    if (judging.length > 0) {
      removed += training.length;
      // The twin's chunk answers the question as well, so finding it is no mistake.
      addQuery(validation, [...judging, ...training]);
    } else if (training.length > 0) {
      for (const question of training) {
        addQuery(train, [question, ...training]);
        train.corpus[question.chunkId] = passages.get(question.chunkId) as string;
      }
    }
  }
  validation.corpus = Object.fromEntries(passages);
  refuseEmpty(train, 'to train on', split.train.length);
  refuseEmpty(validation, 'to judge by', split.validation.length);
  return { train, validation, removed };
}

function grouped(questions: readonly Question[]): Question[][] {
  const groups = new Map<string, Question[]>();
  for (const question of questions) {
    const normal = normalQuestion(question.text) || question.text;
    const group = groups.get(normal);
    if (group) group.push(question);
    else groups.set(normal, [question]);
  }
  return [...groups.values()];
}

function addQuery(dataset: QADataset, same: readonly Question[]): void {
  const [first] = same;
  if (!first) return;
  dataset.queries[first.id] = first.text;
  dataset.relevant_docs[first.id] = [...new Set(same.map(({ chunkId }) => chunkId))];
}

function emptyDataset(): QADataset {
  return { queries: {}, corpus: {}, relevant_docs: {}, mode: 'text' };
}

function refuseEmpty(dataset: QADataset, purpose: string, chunks: number): void {
  if (Object.keys(dataset.queries).length > 0) return;
  throw new Fault(
    'input',
    `There is no question ${purpose}: its ${chunks} chunks got none.`,
    'Give more documents, or another split (split.validationShare).',
  );
}
