import { indexTerms } from './words.ts';

/** Lucene's defaults. */
const K1 = 1.2;
const B = 0.75;

interface Postings {
  rows: number[];
  frequencies: number[];
}

/**
 * BM25 over an inverted index in memory: Lucene's variant, idf = ln(1 + (N - df + 0.5) / (df + 0.5)) and no (k1 + 1)
 * in the numerator, with exact document lengths ("Lucene (accurate)" in Kamphuis et al. 2020, *Which BM25 do you
 * mean?*). A term that stands twice in the query counts twice.
 */
export class Bm25Index {
  readonly #postings = new Map<string, Postings>();
  readonly #lengths: number[] = [];
  readonly #meanLength: number;

  constructor(passages: readonly string[]) {
    for (const [row, passage] of passages.entries()) {
      const terms = indexTerms(passage);
      this.#lengths.push(terms.length);
      for (const [term, frequency] of countTerms(terms)) {
        const postings = this.#postings.get(term) ?? { rows: [], frequencies: [] };
        postings.rows.push(row);
        postings.frequencies.push(frequency);
        this.#postings.set(term, postings);
      }
    }
    this.#meanLength = this.#lengths.reduce((sum, length) => sum + length, 0) / passages.length;
  }

  /** Scores of the passages that share a term with the query, by row. */
  score(query: string): Map<number, number> {
    const scores = new Map<number, number>();
    for (const [term, times] of countTerms(indexTerms(query))) {
      const postings = this.#postings.get(term);
      if (postings === undefined) continue;
      const df = postings.rows.length;
      const idf = Math.log(1 + (this.#lengths.length - df + 0.5) / (df + 0.5));
      for (const [i, row] of postings.rows.entries()) {
        const frequency = postings.frequencies[i] as number;
        const norm = K1 * (1 - B + (B * (this.#lengths[row] as number)) / this.#meanLength);
        scores.set(row, (scores.get(row) ?? 0) + (times * idf * frequency) / (frequency + norm));
      }
    }
    return scores;
  }
}

function countTerms(terms: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const term of terms) counts.set(term, (counts.get(term) ?? 0) + 1);
  return counts;
}
