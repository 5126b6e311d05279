import type { Omission } from '../../contracts/corpus.ts';

const SAMPLE_CHARACTERS = 80;

/** Collects what a reader leaves out of a document. */
export class OmittedText {
  readonly #byReason = new Map<Omission['reason'], Omission>();

  /** Text without letters and digits does not count. */
  add(reason: Omission['reason'], text: string): void {
    const characters = countCharacters(text);
    if (characters === 0) return;
    const { sample = sampleOf(text), characters: before = 0 } = this.#byReason.get(reason) ?? {};
    this.#byReason.set(reason, { reason, characters: before + characters, sample });
  }

  /** Adds what was left out of a part of the document. */
  addAll({ reason, characters, sample }: Omission): void {
    const before = this.#byReason.get(reason);
    this.#byReason.set(
      reason,
      before ? { ...before, characters: before.characters + characters } : { reason, characters, sample },
    );
  }

  /** By reason, the first that occurred first. */
  get omissions(): Omission[] {
    return [...this.#byReason.values()];
  }
}

/** The number of letters and digits: what is left of a text whose white space and punctuation readers may change. */
export function countCharacters(text: string): number {
  return text.match(/[\p{L}\p{N}]/gu)?.length ?? 0;
}

/** How a text begins, on one line. */
export function sampleOf(text: string): string {
  const line = text.trim().replace(/\s+/g, ' ');
  return line.length > SAMPLE_CHARACTERS ? `${line.slice(0, SAMPLE_CHARACTERS).toWellFormed()}…` : line;
}
