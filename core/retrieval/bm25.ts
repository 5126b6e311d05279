import { eventLoopYielder } from '../primitives/yield-to-event-loop.ts';
import { indexTerms } from './words.ts';

/** Lucene's defaults. */
const K1 = 1.2;
const B = 0.75;

/** How the passages of an index score for one query; valid until the next is scored. */
export interface Bm25Scores {
  /** The passages that share a term with the query, in no particular order. */
  readonly rows: Uint32Array;
  /** By row: above 0 for these, 0 for all others. */
  readonly scores: Float64Array;
}

/**
 * BM25 over an inverted index in memory: Lucene's variant, idf = ln(1 + (N - df + 0.5) / (df + 0.5)) and no (k1 + 1)
 * in the numerator, with exact document lengths ("Lucene (accurate)" in Kamphuis et al. 2020, *Which BM25 do you
 * mean?*). A term that stands twice in the query counts twice.
 */
export class Bm25Index {
  readonly #terms: ReadonlyMap<string, number>;
  /** Where the postings of each term begin in `#rows` and `#frequencies`, and where the last ones end. */
  readonly #starts: Float64Array;
  readonly #rows: Uint32Array;
  readonly #frequencies: Uint32Array;
  /** Of each passage: k1 · (1 - b + b · length / mean length). */
  readonly #norms: Float64Array;
  readonly #scores: Float64Array;
  /** Rows whose score is not 0: the first `#count`. */
  readonly #touched: Uint32Array;
  #count = 0;

  /** Gives way to the event loop. */
  static async of(passages: readonly string[]): Promise<Bm25Index> {
    const yieldToEventLoop = eventLoopYielder();
    const terms = new Map<string, number>();
    const [held, frequencies, documentFrequencies] = [new GrowingNumbers(), new GrowingNumbers(), new GrowingNumbers()];
    const [lengths, distinct] = [new Float64Array(passages.length), new Uint32Array(passages.length)];
    for (const [row, passage] of passages.entries()) {
      const all = indexTerms(passage);
      const counts = countTerms(all);
      lengths[row] = all.length;
      distinct[row] = counts.size;
      for (const [term, frequency] of counts) {
        let id = terms.get(term);
        if (id === undefined) {
          id = terms.size;
          terms.set(term, id);
          documentFrequencies.push(0);
        }
        documentFrequencies.increase(id);
        held.push(id);
        frequencies.push(frequency);
      }
      await yieldToEventLoop();
    }
    return new Bm25Index(terms, documentFrequencies.values, lengths, distinct, held.values, frequencies.values);
  }

  /** `held` and `given`: term and frequency of all postings, passage by passage. */
  private constructor(
    terms: ReadonlyMap<string, number>,
    documentFrequencies: Uint32Array,
    lengths: Float64Array,
    distinct: Uint32Array,
    held: Uint32Array,
    given: Uint32Array,
  ) {
    this.#terms = terms;
    this.#starts = new Float64Array(terms.size + 1);
    for (const [term, df] of documentFrequencies.entries())
      this.#starts[term + 1] = (this.#starts[term] as number) + df;
    this.#rows = new Uint32Array(held.length);
    this.#frequencies = new Uint32Array(held.length);
    const next = this.#starts.slice();
    let posting = 0;
    for (const [row, count] of distinct.entries()) {
      for (const end = posting + count; posting < end; posting++) {
        const term = held[posting] as number;
        const at = next[term] as number;
        next[term] = at + 1;
        this.#rows[at] = row;
        this.#frequencies[at] = given[posting] as number;
      }
    }
    const mean = lengths.reduce((sum, length) => sum + length, 0) / lengths.length;
    this.#norms = lengths.map((length) => K1 * (1 - B + (B * length) / mean));
    this.#scores = new Float64Array(lengths.length);
    this.#touched = new Uint32Array(lengths.length);
  }

  score(query: string): Bm25Scores {
    for (const row of this.#touched.subarray(0, this.#count)) this.#scores[row] = 0;
    this.#count = 0;
    for (const [word, times] of countTerms(indexTerms(query))) {
      const term = this.#terms.get(word);
      if (term === undefined) continue;
      const [from, to] = [this.#starts[term] as number, this.#starts[term + 1] as number];
      const idf = Math.log(1 + (this.#norms.length - (to - from) + 0.5) / (to - from + 0.5));
      for (let posting = from; posting < to; posting++) {
        const row = this.#rows[posting] as number;
        const frequency = this.#frequencies[posting] as number;
        const before = this.#scores[row] as number;
        if (before === 0) this.#touched[this.#count++] = row;
        this.#scores[row] = before + (times * idf * frequency) / (frequency + (this.#norms[row] as number));
      }
    }
    return { rows: this.#touched.subarray(0, this.#count), scores: this.#scores };
  }
}

function countTerms(terms: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const term of terms) counts.set(term, (counts.get(term) ?? 0) + 1);
  return counts;
}

/** Unsigned 32-bit numbers, as many as come: four bytes each, where an array of V8's takes eight. */
class GrowingNumbers {
  #held = new Uint32Array(1024);
  #length = 0;

  push(value: number): void {
    if (this.#length === this.#held.length) {
      const larger = new Uint32Array(2 * this.#held.length);
      larger.set(this.#held);
      this.#held = larger;
    }
    this.#held[this.#length++] = value;
  }

  /** Adds to the number at a place that was pushed before. */
  increase(at: number): void {
    this.#held[at] = (this.#held[at] as number) + 1;
  }

  /** A view of what was pushed so far. */
  get values(): Uint32Array {
    return this.#held.subarray(0, this.#length);
  }
}
