/** A passage, by its row number, with its score. */
export interface Hit {
  row: number;
  score: number;
}

/** Whether `a` ranks above `b`: the higher score first; of equal scores, the lower row. */
export function precedes(a: Hit, b: Hit): boolean {
  return a.score > b.score || (a.score === b.score && a.row < b.row);
}

/** Keeps the best `k` hits, in O(log k) time each and O(k) memory: a binary heap with the worst one at the top. */
export class TopK {
  readonly #k: number;
  readonly #heap: Hit[] = [];

  constructor(k: number) {
    this.#k = k;
  }

  offer(row: number, score: number): void {
    const heap = this.#heap;
    if (heap.length < this.#k) {
      heap.push({ row, score });
      this.#siftUp(heap.length - 1);
      return;
    }
    const worst = heap[0];
    if (worst === undefined || score < worst.score || (score === worst.score && row > worst.row)) return;
    heap[0] = { row, score };
    this.#siftDown();
  }

  /** The best hits, best first. */
  sorted(): Hit[] {
    return this.#heap.toSorted((a, b) => b.score - a.score || a.row - b.row);
  }

  #siftUp(start: number): void {
    const heap = this.#heap;
    let at = start;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!precedes(heap[parent] as Hit, heap[at] as Hit)) return;
      this.#swap(parent, at);
      at = parent;
    }
  }

  #siftDown(): void {
    const heap = this.#heap;
    let at = 0;
    for (;;) {
      let worst = at;
      for (const child of [2 * at + 1, 2 * at + 2]) {
        if (child < heap.length && precedes(heap[worst] as Hit, heap[child] as Hit)) worst = child;
      }
      if (worst === at) return;
      this.#swap(worst, at);
      at = worst;
    }
  }

  #swap(a: number, b: number): void {
    const heap = this.#heap;
    [heap[a], heap[b]] = [heap[b] as Hit, heap[a] as Hit];
  }
}
