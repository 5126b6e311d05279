import type { Range } from '../../core/contracts/asking.ts';

/** Requests about one chunk that the endpoint may leave unanswered, while it answers others, before the chunk is given up. */
const TRIES = 5;
/** The same for the few chunks that are left at the end, with no others to compare with: half an hour, once a minute. */
const LAST_TRIES = 30;

/** Chunks still to be asked about, as a value that crosses continue-as-new. */
export interface BacklogState {
  open: Range[];
  /** Those that were left unanswered: their turn comes after the others', or one of them could hold up all. */
  later: Range[];
  /** From batches that were lost, so that the ledger may by now hold answers to them which this run has paid for. */
  lost: Range[];
  /** Place -> how often the endpoint left it unanswered, and how many answers the run had when it first did. */
  unanswered: Record<number, { tries: number; answers: number }>;
}

export interface Taken {
  ranges: Range[];
  recovering: boolean;
}

/** Which chunks are still to be asked about, by their places in the stored list. */
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
    return lengthOf(open) + lengthOf(later) + lengthOf(lost);
  }

  /** Takes up to so many off the list; those of lost batches first, and by themselves. */
  take(count: number): Taken {
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

  /** Their batch ended without a word: nobody knows what of it was done. */
  putBackLost(ranges: readonly Range[]): void {
    this.state.lost = merged([...this.state.lost, ...ranges]);
  }

  /**
   * The endpoint left a chunk unanswered. It goes back on the list, unless that happens again and again while others are
   * answered: then it is the chunk's fault, and not an outage. Where hardly anything else is left, the two look alike; a
   * few chunks are then not waited for without end.
   * @param answers that the run has had.
   * @param spare chunks that may go without a question.
   * @returns whether it is given up.
   */
  leftUnanswered(at: number, answers: number, spare: number): boolean {
    const before = this.state.unanswered[at] ?? { tries: 0, answers };
    const tries = before.tries + 1;
    if (tries >= TRIES && answers > before.answers) return true;
    if (tries >= LAST_TRIES && this.size < spare) return true;
    this.state.unanswered[at] = { ...before, tries };
    this.state.later.push([at, at + 1]);
    return false;
  }

  /** A batch is back, and what is still open is on the list again: of the rest no tries need be remembered. */
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

/** Places in all. */
export function lengthOf(ranges: readonly Range[]): number {
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
