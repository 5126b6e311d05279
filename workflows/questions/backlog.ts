import type { ArtifactRef } from '../../core/contracts/artifact.ts';
import type { Range, UnansweredChunk } from '../../core/contracts/asking.ts';

/** Requests about one chunk that may go unanswered, while others are answered, before the chunk is given up. */
const TRIES = 5;
/**
 * The same where they were throttled. More, as a low limit throttles any request now and then: with the waits between
 * them, these take more than ten minutes.
 */
const THROTTLED_TRIES = 15;
/** The same for the last few chunks, with no others to compare with: half an hour, at one request a minute. */
const LAST_TRIES = 30;

/** Unanswered chunks kept here; more of them are moved to the store. */
const MAX_LATER = 4000;

interface Tries {
  tries: number;
  /** How many answers the run had when the chunk first went unanswered. */
  answers: number;
}

/** Unanswered chunks in the store, as JSON of `UnansweredChunk[]`. */
export interface StoredPart {
  part: ArtifactRef;
  count: number;
}

/** Chunks still to ask about, as a value that crosses continue-as-new. */
export interface BacklogState {
  open: Range[];
  /** Chunks that went unanswered, each by itself: asked about after all others, or one of them could hold up all. */
  later: Range[];
  /** Chunks of lost leases. The ledger may hold answers about them that this run has paid for. */
  lost: Range[];
  /** Position -> how often the chunk went unanswered. */
  unanswered: Record<number, Tries>;
  /** Further chunks that went unanswered; absent: none, or state of an earlier version. */
  stored?: StoredPart[];
}

export interface TakenChunks {
  ranges: Range[];
  /** They are chunks of lost leases. */
  recovering: boolean;
}

/** The chunks still to ask about, by their positions in the stored list. */
export class Backlog {
  #open: Range[];
  readonly #later: Range[];
  #lost: Range[];
  readonly #unanswered: Map<number, Tries>;
  readonly #stored: StoredPart[];
  /** Chunks on their way to the store, or back from it. */
  #moving = 0;

  constructor({ open, later, lost, unanswered, stored = [] }: BacklogState) {
    this.#open = open;
    this.#later = later;
    this.#lost = lost;
    this.#unanswered = new Map(Object.entries(unanswered).map(([at, tries]) => [Number(at), tries]));
    this.#stored = stored;
  }

  static of(count: number): Backlog {
    return new Backlog({ open: [[0, count]], later: [], lost: [], unanswered: {} });
  }

  get state(): BacklogState {
    return {
      open: this.#open,
      later: this.#later,
      lost: this.#lost,
      unanswered: Object.fromEntries(this.#unanswered),
      stored: this.#stored,
    };
  }

  get size(): number {
    return this.available + this.#storedCount + this.#moving;
  }

  /** Chunks that `take` can give now; the others are in the store. */
  get available(): number {
    return countIn(this.#open) + this.#later.length + countIn(this.#lost);
  }

  /** So many chunks went unanswered that some have to be moved to the store. */
  get isOverfull(): boolean {
    return this.#later.length >= MAX_LATER;
  }

  /** Takes unanswered chunks out, to be moved to the store; `addStored` follows. */
  takeOverflow(): UnansweredChunk[] {
    const moved = this.#later.splice(0, MAX_LATER).map(([at]): UnansweredChunk => {
      const { tries = 0, answers = 0 } = this.#unanswered.get(at) ?? {};
      this.#unanswered.delete(at);
      return [at, tries, answers];
    });
    this.#moving += moved.length;
    return moved;
  }

  addStored(stored: StoredPart): void {
    this.#stored.push(stored);
    this.#moving -= stored.count;
  }

  /** A part of the store that should be read back, as no other chunks are left; `restore` follows. */
  takeStored(): StoredPart | undefined {
    const stored = this.available === 0 ? this.#stored.shift() : undefined;
    this.#moving += stored?.count ?? 0;
    return stored;
  }

  restore(chunks: readonly UnansweredChunk[]): void {
    this.#moving -= chunks.length;
    for (const [at, tries, answers] of chunks) this.#unanswered.set(at, { tries, answers });
    this.putBack(chunks.map(([at]) => [at, at + 1]));
  }

  get #storedCount(): number {
    return this.#stored.reduce((sum, { count }) => sum + count, 0);
  }

  /** Takes up to `count` chunks; those of lost leases first, and not together with others. */
  take(count: number): TakenChunks {
    const recovering = this.#lost.length > 0;
    if (this.#open.length === 0) this.#open = merged(this.#later.splice(0));
    const from = recovering ? this.#lost : this.#open;
    const ranges: Range[] = [];
    for (let left = count; left > 0; ) {
      const range = from.shift();
      if (!range) break;
      const cut = Math.min(range[1], range[0] + left);
      ranges.push([range[0], cut]);
      if (cut < range[1]) from.unshift([cut, range[1]]);
      left -= cut - range[0];
    }
    return { ranges, recovering };
  }

  putBack(ranges: readonly Range[]): void {
    if (ranges.length === 0) return;
    this.#open = merged([...this.#open, ...ranges]);
  }

  /** Puts back chunks whose lease ended without a result, so that it is unknown which of them are done. */
  putBackLost(ranges: readonly Range[]): void {
    this.#lost = merged([...this.#lost, ...ranges]);
  }

  /**
   * Puts back a chunk that went unanswered, unless it is given up. It is given up if it goes unanswered again and again
   * while others are answered, as that is no outage; and, among the last few chunks, after more tries, as these have no
   * others to compare with.
   * @param answers answers that the run has had.
   * @param allowedFailures further chunks that may end without a question.
   * @param throttled it was the only request of its lease, and was answered with a 429.
   * @returns whether it is given up.
   */
  putBackUnanswered(at: number, answers: number, allowedFailures: number, throttled = false): boolean {
    const before = this.#unanswered.get(at) ?? { tries: 0, answers };
    const tries = before.tries + 1;
    if (tries >= (throttled ? THROTTLED_TRIES : TRIES) && answers > before.answers) return true;
    if (tries >= LAST_TRIES && this.size < allowedFailures) return true;
    this.#unanswered.set(at, { ...before, tries });
    this.#later.push([at, at + 1]);
    return false;
  }

  /** Forgets the tries of the chunks that were taken, without those that were put back. */
  settle(taken: readonly Range[], putBack: readonly Range[]): void {
    if (this.#unanswered.size === 0) return;
    const open = new Set(putBack.flatMap(positions));
    for (const at of taken.flatMap(positions)) if (!open.has(at)) this.#unanswered.delete(at);
  }
}

function positions([from, to]: Range): number[] {
  return Array.from({ length: to - from }, (_, i) => from + i);
}

/** Chunks in ranges. */
export function countIn(ranges: readonly Range[]): number {
  return ranges.reduce((sum, [from, to]) => sum + to - from, 0);
}

function merged(ranges: Range[]): Range[] {
  const joined: Range[] = [];
  for (const [from, to] of ranges.sort((a, b) => a[0] - b[0])) {
    const last = joined.at(-1);
    if (last && last[1] === from) last[1] = to;
    else if (from < to) joined.push([from, to]);
  }
  return joined;
}
