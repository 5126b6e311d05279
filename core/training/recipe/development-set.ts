import type { QADataset } from '../../contracts/dataset.ts';
import { pairsOf } from '../../dataset/pairs.ts';
import { seeded, shuffled } from '../../primitives/random.ts';
import { holdOut } from '../data/hold-out.ts';

/** Of the passages with questions. */
const SHARE = 0.15;
/** With fewer questions, what they say about two trainings is chance. */
const MIN_QUESTIONS = 30;
/** With more, the answer hardly changes, but every trial is evaluated on all of them several times. */
const MAX_QUESTIONS = 200;
const MAX_PASSAGES = 500;

export interface DevelopmentSplit {
  /** What trials train on. */
  readonly train: QADataset;
  /** The held-out questions; their passages, and others of the training data, to be told apart from them. */
  readonly development: QADataset;
}

/**
 * Holds out training questions by which recipes are compared. A held-out passage takes all its questions with it. A
 * function of the dataset and the seed.
 * @returns undefined if the dataset is too small for that.
 */
export function developmentSplit(dataset: QADataset, seed: number): DevelopmentSplit | undefined {
  const pairs = pairsOf(dataset);
  const passages = new Set(pairs.map(({ passage }) => passage)).size;
  const share = Math.min(SHARE, MAX_QUESTIONS / pairs.length);
  if (Math.round(share * passages) < 2 || passages - Math.round(share * passages) < 2) return undefined;
  const { training, heldOut } = holdOut(pairs, share, seed);
  if (heldOut.length < MIN_QUESTIONS) return undefined;
  const [trainIds, heldOutIds] = [training, heldOut].map((part) => part.map(({ id }) => id));
  return {
    train: withQueries(dataset, trainIds as string[]),
    development: withPassages(withQueries(dataset, heldOutIds as string[]), seed),
  };
}

function withQueries(
  { queries, relevant_docs, hard_negatives, ...rest }: QADataset,
  ids: readonly string[],
): QADataset {
  const picked = <T>(values: Record<string, T>): Record<string, T> =>
    Object.fromEntries(ids.flatMap((id): [string, T][] => (id in values ? [[id, values[id] as T]] : [])));
  return {
    ...rest,
    queries: picked(queries),
    relevant_docs: picked(relevant_docs),
    ...(hard_negatives && { hard_negatives: picked(hard_negatives) }),
  };
}

/** Keeps the passages of the queries, and as many others as there is room for. */
function withPassages({ hard_negatives: _, ...dataset }: QADataset, seed: number): QADataset {
  const relevant = new Set(Object.values(dataset.relevant_docs).flat());
  const others = Object.keys(dataset.corpus).filter((id) => !relevant.has(id));
  const room = Math.max(0, MAX_PASSAGES - relevant.size);
  const chosen = shuffled(others.length, seeded(seed, 0xdeb))
    .slice(0, room)
    .map((i) => others[i] as string);
  const kept = new Set([...relevant, ...chosen]);
  return { ...dataset, corpus: Object.fromEntries(Object.entries(dataset.corpus).filter(([id]) => kept.has(id))) };
}
