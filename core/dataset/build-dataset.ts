import type { Chunk, Split } from '../contracts/corpus.ts';
import type { QADataset, SharedQuestions } from '../contracts/dataset.ts';
import { Fault } from '../contracts/fault.ts';
import type { Question } from '../contracts/questions.ts';
import { eventLoopYielder } from '../primitives/yield-to-event-loop.ts';
import { withoutHeadings } from '../questions/heading-questions.ts';
import { questionKey } from '../questions/validation/equivalent-questions.ts';

/** A question asked of more chunks than this is too general (`How do I get started?`) to have a right answer. */
const MAX_CHUNKS = 3;

export interface BuiltDataset {
  train: QADataset;
  validation: QADataset;
  shared: SharedQuestions;
}

/**
 * Builds the training and the validation dataset. The training corpus holds the training chunks that have questions;
 * the validation corpus holds every chunk, so that retrieval is as hard as in production.
 *
 * Questions with the same `questionKey` (the same content words) count as one question, and all chunks that they were
 * asked of are relevant to it, so that no chunk with the answer counts as wrong. Such a question
 * - is one validation query, or one training query per chunk with that chunk as its first relevant passage;
 * - is left out if it was asked of more than three chunks, unless it is a heading: many chunks may share one;
 * - is left out of training if it was asked of a validation chunk too.
 * Which wording is used for a group, and what is left out, does not depend on the order of the questions.
 *
 * If the questions are headings, passages in both datasets lose their heading line. Yields to the event loop.
 * @throws Fault `input` if the chunk of a question is unknown, or if one of the datasets has no query; the reason of
 *   `signal` once it is aborted.
 */
export async function buildDataset(
  chunks: readonly Chunk[],
  split: Split,
  questions: readonly Question[],
  signal?: AbortSignal,
): Promise<BuiltDataset> {
  const yieldToEventLoop = eventLoopYielder(signal);
  const fromHeadings = questions.some((question) => question.from === 'heading');
  const passages = new Map<string, string>();
  for (const chunk of chunks) {
    const text = fromHeadings ? withoutHeadings(chunk) : chunk.text;
    if (text !== '') passages.set(chunk.id, text);
    await yieldToEventLoop();
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

  const groups = await groupByKey(questions, signal);
  const validation = emptyDataset();
  const train = emptyDataset();
  const shared = { merged: 0, tooGeneral: 0, inBothSplits: 0, validationInBothSplits: 0 };
  for (const group of groups) {
    await yieldToEventLoop();
    const chunkCount = new Set(group.map(({ chunkId }) => chunkId)).size;
    if (chunkCount > MAX_CHUNKS && group.every(({ from }) => from !== 'heading')) {
      shared.tooGeneral += group.length;
      continue;
    }
    if (chunkCount > 1) shared.merged++;
    const validating = group.filter(({ chunkId }) => validationIds.has(chunkId));
    const training = group.filter(({ chunkId }) => trainIds.has(chunkId));
    if (validating.length > 0) {
      shared.inBothSplits += training.length;
      if (training.length > 0) shared.validationInBothSplits++;
      // The training chunks answer the question as well, so retrieving them is not an error.
      addQuery(validation, [...validating, ...training]);
    } else if (training.length > 0) {
      for (const question of training) {
        addQuery(train, [question, ...training]);
        train.corpus[question.chunkId] = passages.get(question.chunkId) as string;
      }
    }
  }
  validation.corpus = Object.fromEntries(passages);
  checkNotEmpty(train, 'training', split.train.length, shared);
  checkNotEmpty(validation, 'validation', split.validation.length, shared);
  return { train, validation, shared };
}

/** Questions grouped by `questionKey`, in the order of the first of each group. A group is sorted by question id. */
async function groupByKey(questions: readonly Question[], signal?: AbortSignal): Promise<Question[][]> {
  const yieldToEventLoop = eventLoopYielder(signal);
  const groups = new Map<string, Question[]>();
  for (const question of questions) {
    const key = questionKey(question.text) || question.text;
    const group = groups.get(key);
    if (group) group.push(question);
    else groups.set(key, [question]);
    await yieldToEventLoop();
  }
  return [...groups.values()].map((group) => group.toSorted((a, b) => (a.id < b.id ? -1 : 1)));
}

/** Adds the first of `group` as a query to which the chunks of all of them are relevant. */
function addQuery(dataset: QADataset, group: readonly Question[]): void {
  const [first] = group;
  if (!first) return;
  dataset.queries[first.id] = first.text;
  dataset.relevant_docs[first.id] = [...new Set(group.map(({ chunkId }) => chunkId))];
}

function emptyDataset(): QADataset {
  return { queries: {}, corpus: {}, relevant_docs: {}, mode: 'text' };
}

function checkNotEmpty(
  dataset: QADataset,
  name: 'training' | 'validation',
  chunks: number,
  { tooGeneral, inBothSplits }: SharedQuestions,
): void {
  if (Object.keys(dataset.queries).length > 0) return;
  const leftOut = [
    ...(tooGeneral > 0 ? [`${tooGeneral} asked of more than ${MAX_CHUNKS} chunks`] : []),
    ...(name === 'training' && inBothSplits > 0 ? [`${inBothSplits} asked of validation chunks too`] : []),
  ];
  throw new Fault(
    'input',
    leftOut.length > 0
      ? `There is no ${name} question left: ${leftOut.join(', ')}.`
      : `There is no ${name} question: none of the ${chunks} ${name} chunks got one.`,
    'Add documents, or change the split (split.validationShare).',
  );
}
