import type { Doubt } from '../../../contracts/corpus.ts';

const SAMPLE_CHARACTERS = 60;

/** Collects formulas whose results the program that wrote the workbook has not stored. */
export class MissingValues {
  #count = 0;
  #first = '';

  /** @param formula with its cell, if it is known. */
  add(formula: string): void {
    if (this.#count === 0) this.#first = formula.slice(0, SAMPLE_CHARACTERS);
    this.#count += 1;
  }

  /** The remark on them; none if there are none. */
  get doubts(): Doubt[] {
    if (this.#count === 0) return [];
    const sample = this.#count === 1 ? this.#first : `${this.#count}: ${this.#first}, …`;
    return [{ kind: 'formulas-without-values', sample }];
  }
}
