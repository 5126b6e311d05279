import type { Range } from '../../core/contracts/asking.ts';

/** Requests about one chunk that may go unanswered, while others are answered, before the chunk is given up. */
const TRIES = 5;
/** The same for the last few chunks, with no others to compare with: half an hour, at one request a minute. */
const LAST_TRIES = 30;

/** Chunks still to ask about, as a value that crosses continue-as-new. */
export interface BacklogState {
  open: Range[];
  /** Chunks that went unanswered: asked about after all others, or one of them could hold up all. */
  later: Range[];
  /** Chunks of lost leases. The ledger may hold answers about them that this run has paid for. */
  lost: Range[];
  /** Position -> how often the chunk went unanswered, and how many answers the run had when it first did. */
  unanswered: Record<number, { tries: number; answers: number }>;
}

export interface TakenChunks {
  ranges: Range[];
  /** They are chunks of lost leases. */
  recovering: boolean;
}

/** The chunks still to ask about, by their positions in the stored list. */
export class Backlog {
  readonly state: BacklogState;

  constructor(state: BacklogState) {
    this.state = state;
  }

  static of(count: number): Backlog {
    return new Backlog({ open: [[0, count]], later: [], lost: [], unanswered: {} });
  }

  get size(): number {
    const { open, later, lost } = this.state;
    return countIn(open) + countIn(later) + countIn(lost);
  }

  /** Takes up to `count` chunks; those of lost leases first, and not together with others. */
  take(count: number): TakenChunks {
    const recovering = this.state.lost.length > 0;
    if (this.state.open.length === 0) this.state.open = merged(this.state.later.splice(0));
    const from = recovering ? this.state.lost : this.state.open;
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
    this.state.open = merged([...this.state.open, ...ranges]);
  }

  /** Puts back chunks whose lease ended without a result, so that it is unknown which of them are done. */
  putBackLost(ranges: readonly Range[]): void {
    this.state.lost = merged([...this.state.lost, ...ranges]);
  }

  /**
   * Puts back a chunk that went unanswered, unless it is given up. It is given up if it goes unanswered again and again
   * while others are answered, as that is no outage; and, among the last few chunks, after more tries, as these have no
   * others to compare with.
   * @param answers answers that the run has had.
   * @param allowedFailures further chunks that may end without a question.
   * @returns whether it is given up.
   */
  putBackUnanswered(at: number, answers: number, allowedFailures: number): boolean {
    const before = this.state.unanswered[at] ?? { tries: 0, answers };
    const tries = before.tries + 1;
    if (tries >= TRIES && answers > before.answers) return true;
    if (tries >= LAST_TRIES && this.size < allowedFailures) return true;
    this.state.unanswered[at] = { ...before, tries };
    this.state.later.push([at, at + 1]);
    return false;
  }

  /** Forgets the tries of chunks that are not put back. Called after a result, once its open chunks are put back. */
  settle(ranges: readonly Range[]): void {
    for (const [from, to] of ranges) {
      for (let at = from; at < to; at++) {
        if (this.state.unanswered[at] && !this.#isOpen(at)) delete this.state.unanswered[at];
      }
    }
  }

  #isOpen(at: number): boolean {
    const holds = ([from, to]: Range) => from <= at && at < to;
    return this.state.later.some(holds) || this.state.open.some(holds);
  }
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
