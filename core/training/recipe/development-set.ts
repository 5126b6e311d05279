import type { QADataset } from '../../contracts/dataset.ts';
import { connectedPairs, passagesOf } from '../../dataset/connected-pairs.ts';
import { type Pair, pairsOf } from '../../dataset/pairs.ts';
import { seeded, shuffled } from '../../primitives/random.ts';

/** Of the passages with questions. */
const SHARE = 0.15;
/** With fewer questions, what they say about two trainings is chance. */
const MIN_QUESTIONS = 30;
/** With more, the answer hardly changes, but every trial is evaluated on all of them several times. */
const MAX_QUESTIONS = 200;
const MAX_PASSAGES = 500;
/** Neighbouring passages that are held out together. */
const RUNS = 5;

export interface DevelopmentSplit {
  /** What trials train on. */
  readonly train: QADataset;
  /** The held-out questions; their passages, and others of the training data, to be told apart from them. */
  readonly development: QADataset;
}

/**
 * Holds out training questions by which recipes are compared. They are about runs of neighbouring passages: these are
 * mostly of the same document, and a model that has learnt a document by heart would look good on questions about the
 * rest of it. Pairs that share a question or a passage, also through other pairs, stay together, so that the two parts
 * share no text that answers or asks. A function of the dataset and the seed.
 * @returns undefined if the dataset is too small for that.
 */
export function developmentSplit(dataset: QADataset, seed: number): DevelopmentSplit | undefined {
  const pairs = pairsOf(dataset);
  const held = heldOutPairs(dataset, pairs, seed);
  const heldOut = pairs.filter((pair) => held.has(pair));
  const training = pairs.filter((pair) => !held.has(pair));
  if (heldOut.length < MIN_QUESTIONS || training.length < 2) return undefined;
  const [trainIds, heldOutIds] = [training, heldOut].map((part) => part.map(({ id }) => id));
  return {
    train: withQueries(dataset, trainIds as string[]),
    development: withPassages(withQueries(dataset, heldOutIds as string[]), seed),
  };
}

/**
 * The pairs of a run of passages at a random place of each fifth of the dataset. A group of pairs that would exceed the
 * share is left out, and the run goes on with the passages behind it.
 */
function heldOutPairs({ corpus }: QADataset, pairs: readonly Pair[], seed: number): ReadonlySet<Pair> {
  const groupOf = new Map(connectedPairs(pairs).flatMap((group) => group.map(({ passage }) => [passage, group])));
  const passages = [...new Set(Object.values(corpus))].filter((text) => groupOf.has(text));
  const share = Math.min(SHARE, MAX_QUESTIONS / pairs.length);
  const part = passages.length / RUNS;
  const length = Math.round(share * part);
  const random = seeded(seed, 0xde7);
  const starts = Array.from({ length: RUNS }, (_, i) => Math.floor(i * part + random() * (part - length)));
  const held = new Set<Pair>();
  let count = 0;
  for (const [i, start] of starts.entries()) {
    for (const passage of passages.slice(start, Math.floor((i + 1) * part))) {
      if (count >= (i + 1) * length) break;
      const group = groupOf.get(passage) ?? [];
      const size = passagesOf(group).length;
      if (group.some((pair) => held.has(pair)) || count + size > RUNS * length) continue;
      for (const pair of group) held.add(pair);
      count += size;
    }
  }
  return held;
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
