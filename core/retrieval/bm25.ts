import { eventLoopYielder } from '../primitives/yield-to-event-loop.ts';
import { analyze } from './analyzer.ts';

/** Lucene's defaults: saturation of the term frequency, and normalisation by the document length. */
const K1 = 1.2;
const B = 0.75;

/** Scores of one query. Valid until the next call of `score`, which reuses the arrays. */
export interface Bm25Scores {
  /** Row numbers of the passages that share a term with the query, in no particular order. */
  readonly rows: Uint32Array;
  /** Score of every row: above 0 for `rows`, 0 for all others. */
  readonly scores: Float64Array;
}

/**
 * BM25 with an inverted index in memory. The variant is Lucene's, with idf = ln(1 + (N - df + 0.5) / (df + 0.5)) and
 * without (k1 + 1) in the numerator, but with exact document lengths ("Lucene (accurate)" in Kamphuis et al. 2020,
 * *Which BM25 do you mean?*). A term that occurs twice in the query counts twice.
 */
export class Bm25Index {
  readonly #terms: ReadonlyMap<string, number>;
  /** Where the postings of each term start in `#rows` and `#frequencies`; the last element is where all end. */
  readonly #starts: Float64Array;
  readonly #rows: Uint32Array;
  readonly #frequencies: Uint32Array;
  /** Length norm of each passage: k1 · (1 - b + b · length / mean length). */
  readonly #norms: Float64Array;
  readonly #scores: Float64Array;
  /** Rows of the last query whose score is not 0: the first `#matchCount` elements. */
  readonly #matches: Uint32Array;
  #matchCount = 0;

  /** Builds the index of `passages`; their positions are the row numbers. Yields to the event loop. */
  static async of(passages: readonly string[]): Promise<Bm25Index> {
    const yieldToEventLoop = eventLoopYielder();
    const terms = new Map<string, number>();
    const documentFrequencies = new Uint32List();
    // One posting per passage and term, passage by passage.
    const [postingTerms, postingFrequencies] = [new Uint32List(), new Uint32List()];
    const lengths = new Float64Array(passages.length);
    const distinctTerms = new Uint32Array(passages.length);
    for (const [row, passage] of passages.entries()) {
      const passageTerms = analyze(passage);
      const counts = countTerms(passageTerms);
      lengths[row] = passageTerms.length;
      distinctTerms[row] = counts.size;
      for (const [term, frequency] of counts) {
        let id = terms.get(term);
        if (id === undefined) {
          id = terms.size;
          terms.set(term, id);
          documentFrequencies.push(0);
        }
        documentFrequencies.increment(id);
        postingTerms.push(id);
        postingFrequencies.push(frequency);
      }
      await yieldToEventLoop();
    }
    return new Bm25Index(
      terms,
      documentFrequencies.values,
      lengths,
      distinctTerms,
      postingTerms.values,
      postingFrequencies.values,
    );
  }

  /** Sorts the postings, given passage by passage, by term. */
  private constructor(
    terms: ReadonlyMap<string, number>,
    documentFrequencies: Uint32Array,
    lengths: Float64Array,
    distinctTerms: Uint32Array,
    postingTerms: Uint32Array,
    postingFrequencies: Uint32Array,
  ) {
    this.#terms = terms;
    this.#starts = new Float64Array(terms.size + 1);
    for (const [term, df] of documentFrequencies.entries())
      this.#starts[term + 1] = (this.#starts[term] as number) + df;
    this.#rows = new Uint32Array(postingTerms.length);
    this.#frequencies = new Uint32Array(postingTerms.length);
    const next = this.#starts.slice();
    let posting = 0;
    for (const [row, count] of distinctTerms.entries()) {
      for (const end = posting + count; posting < end; posting++) {
        const term = postingTerms[posting] as number;
        const at = next[term] as number;
        next[term] = at + 1;
        this.#rows[at] = row;
        this.#frequencies[at] = postingFrequencies[posting] as number;
      }
    }
    const mean = lengths.reduce((sum, length) => sum + length, 0) / lengths.length;
    this.#norms = lengths.map((length) => K1 * (1 - B + (B * length) / mean));
    this.#scores = new Float64Array(lengths.length);
    this.#matches = new Uint32Array(lengths.length);
  }

  /** Scores every passage that shares a term with the query. */
  score(query: string): Bm25Scores {
    for (const row of this.#matches.subarray(0, this.#matchCount)) this.#scores[row] = 0;
    this.#matchCount = 0;
    for (const [text, count] of countTerms(analyze(query))) {
      const term = this.#terms.get(text);
      if (term === undefined) continue;
      const [start, end] = [this.#starts[term] as number, this.#starts[term + 1] as number];
      const df = end - start;
      const idf = Math.log(1 + (this.#norms.length - df + 0.5) / (df + 0.5));
      for (let posting = start; posting < end; posting++) {
        const row = this.#rows[posting] as number;
        const frequency = this.#frequencies[posting] as number;
        const before = this.#scores[row] as number;
        if (before === 0) this.#matches[this.#matchCount++] = row;
        this.#scores[row] = before + (count * idf * frequency) / (frequency + (this.#norms[row] as number));
      }
    }
    return { rows: this.#matches.subarray(0, this.#matchCount), scores: this.#scores };
  }
}

function countTerms(terms: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const term of terms) counts.set(term, (counts.get(term) ?? 0) + 1);
  return counts;
}

/** A growing list of unsigned 32-bit numbers. Takes four bytes each, where a JavaScript array takes eight. */
class Uint32List {
  #buffer = new Uint32Array(1024);
  #length = 0;

  push(value: number): void {
    if (this.#length === this.#buffer.length) {
      const larger = new Uint32Array(2 * this.#buffer.length);
      larger.set(this.#buffer);
      this.#buffer = larger;
    }
    this.#buffer[this.#length++] = value;
  }

  /** Adds 1 to an element. */
  increment(index: number): void {
    this.#buffer[index] = (this.#buffer[index] as number) + 1;
  }

  /** A view of the elements. */
  get values(): Uint32Array {
    return this.#buffer.subarray(0, this.#length);
  }
}
