import { HashCounts } from './hash-counts.ts';
import { shingles } from './shingles.ts';

/** Share of a chunk's runs of eight words that one training chunk must have for the two to be near-duplicates. */
const OVERLAP = 0.5;
/** Runs that stand in more training chunks than this are taken to stand in every one. */
const EVERYWHERE = 1000;

/**
 * Share (0 to 1) of the validation texts half or more of whose runs of eight words stand in a single training text.
 * Time and memory grow with the text, not with the number of pairs.
 */
export function leakage(train: readonly string[], validation: readonly string[]): number {
  if (validation.length === 0) return 0;
  const trained = train.map(shingles);
  const judged = validation.map(shingles);
  const counts = new HashCounts(judged);
  for (const runs of trained) for (const hash of runs) counts.meet(hash);
  const suspects: { runs: Uint32Array; shared: number }[] = [];
  for (const runs of judged) {
    const known = runs.filter((hash) => counts.of(hash) > 0);
    if (known.length > 0 && known.length >= runs.length * OVERLAP) {
      const shared = known.filter((hash) => counts.of(hash) <= EVERYWHERE);
      suspects.push({ runs: shared, shared: Math.max(1, runs.length * OVERLAP - (known.length - shared.length)) });
    }
  }
  const postings = postingsOf(
    trained,
    suspects.map((suspect) => suspect.runs),
  );
  const leaked = suspects.filter(({ runs, shared }) => runs.length === 0 || mostShared(runs, postings) >= shared);
  return leaked.length / validation.length;
}

function postingsOf(texts: readonly Uint32Array[], wanted: readonly Uint32Array[]): Map<number, number[]> {
  const postings = new Map<number, number[]>();
  for (const runs of wanted) for (const hash of runs) if (!postings.has(hash)) postings.set(hash, []);
  for (const [i, runs] of texts.entries()) for (const hash of runs) postings.get(hash)?.push(i);
  return postings;
}

function mostShared(runs: Uint32Array, postings: Map<number, number[]>): number {
  const shared = new Map<number, number>();
  let most = 0;
  for (const hash of runs) {
    for (const i of postings.get(hash) ?? []) {
      const count = (shared.get(i) ?? 0) + 1;
      shared.set(i, count);
      if (count > most) most = count;
    }
  }
  return most;
}
