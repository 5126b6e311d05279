import type { Chunk, Split } from '../contracts/corpus.ts';
import type { QADataset, SharedQuestions } from '../contracts/dataset.ts';
import { Fault } from '../contracts/fault.ts';
import type { Question } from '../contracts/questions.ts';
import { eventLoopYielder } from '../primitives/yield-to-event-loop.ts';
import { withoutHeadings } from '../questions/heading-questions.ts';
import { questionKey } from '../questions/validation/equivalent-questions.ts';

/** Chunks that may be asked the same before it is taken to ask for nothing in particular (`How do I get started?`). */
const SEVERAL = 3;

export interface BuiltDataset {
  train: QADataset;
  validation: QADataset;
  shared: SharedQuestions;
}

/**
 * The two sides of a data set. The training corpus holds the training chunks that have questions; the validation corpus
 * holds every chunk, so that judging is as hard as production is.
 *
 * Questions of the same telling words (`questionKey`) know all the chunks they were asked of as relevant, so that no
 * chunk that answers counts as a wrong one: they judge as one query, and train as one pair a chunk, its own first. One
 * that more than three chunks were asked is left out, unless it is a heading, which may well stand over many. One that
 * stands on both sides leaves training. Which wording stands for several, and what is left out, does not depend on the
 * order of the questions.
 *
 * Where questions are headings, no passage on either side keeps its heading line. Gives way to the event loop.
 * @throws Fault `input` if a question's chunk is unknown, or if either side ends without a query.
 */
export async function buildDataset(
  chunks: readonly Chunk[],
  split: Split,
  questions: readonly Question[],
): Promise<BuiltDataset> {
  const yieldToEventLoop = eventLoopYielder();
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

  const asked = await grouped(questions);
  const validation = emptyDataset();
  const train = emptyDataset();
  const shared = { merged: 0, tooGeneral: 0, onBothSides: 0, validationOnBothSides: 0 };
  for (const same of asked) {
    await yieldToEventLoop();
    const chunkCount = new Set(same.map(({ chunkId }) => chunkId)).size;
    if (chunkCount > SEVERAL && same.every(({ from }) => from !== 'heading')) {
      shared.tooGeneral += same.length;
      continue;
    }
    if (chunkCount > 1) shared.merged++;
    const judging = same.filter(({ chunkId }) => validationIds.has(chunkId));
    const training = same.filter(({ chunkId }) => trainIds.has(chunkId));
    if (judging.length > 0) {
      shared.onBothSides += training.length;
      if (training.length > 0) shared.validationOnBothSides++;
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
  return { train, validation, shared };
}

/** Questions of one key together, in the order in which the first of each came; within a group by id. */
async function grouped(questions: readonly Question[]): Promise<Question[][]> {
  const yieldToEventLoop = eventLoopYielder();
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

function addQuery(dataset: QADataset, same: readonly Question[]): void {
  const [first] = same;
  if (!first) return;
  dataset.queries[first.id] = first.text;
  dataset.relevant_docs[first.id] = [...new Set(same.map(({ chunkId }) => chunkId))];
}

/**
 * Questions on both sides have left training, but many of them say that the sides hold the same matter.
 * @param maxLeakage share of the validation questions, 0 to 1.
 * @throws Fault `quality` above it.
 */
export function refuseSharedSides(
  { validationOnBothSides }: SharedQuestions,
  judged: number,
  maxLeakage: number,
): void {
  const share = validationOnBothSides / Math.max(1, judged);
  if (share <= maxLeakage) return;
  const percent = (value: number) => `${(100 * value).toFixed(1)} %`;
  throw new Fault(
    'quality',
    `${percent(share)} of the validation questions were asked of training chunks as well (${validationOnBothSides} of ${judged}); split.maxLeakage allows ${percent(maxLeakage)}.`,
    'Take repeated documents out, or raise split.maxLeakage if the repetition is real.',
  );
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
