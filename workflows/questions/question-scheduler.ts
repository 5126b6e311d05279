import type { LeasedChunksResult, OpenChunks } from '../../core/contracts/asking.ts';
import type { StageProgress } from '../../core/contracts/progress.ts';
import { addFailure, addFailures, type Failures, type QuarantinedChunk } from '../../core/contracts/quarantine.ts';
import type { RunInput } from '../../core/contracts/run-input.ts';
import { addSpending, NO_SPENDING, remainingBudget, type Spending } from '../../core/contracts/spending.ts';
import { Backlog, type BacklogState, lengthOf, type Taken } from './backlog.ts';

/** Batches of one run at once, over all workers. */
const MOST_BATCHES = 64;
const FIRST_BATCHES = 8;
/** A batch that lay in the queue for longer found no worker free: there are too many. */
const QUEUED_MS = 1000;
/** Requests a batch: enough to be worth a step, few enough to be shared among the workers there are. */
const SMALLEST_BATCH = 32;
const LARGEST_BATCH = 500;
const SHARES = 16;
/** Wait after a batch that got no answer at all, doubled from one to the next. */
const FIRST_BACKOFF_MS = 1000;
const LONGEST_BACKOFF_MS = 60_000;
/** Refused chunks whose reasons are kept until the end; of more, only the number. */
const REFUSED_KEPT = 2000;
/** The rate is that of so much time. */
const RATE_MS = 60_000;

/** Everything asking knows, as a value that crosses continue-as-new. */
export interface QuestionSchedulerState {
  list: BacklogState;
  spending: Spending;
  /** Chunks finished since asking began. */
  done: number;
  maxCost: number;
  estimatedTokens: number;
  failures: Failures;
  refused: QuarantinedChunk[];
  batches: number;
  /** Batches in a row that got no answer. */
  barren: number;
  /** Something has been answered since the last of them: the endpoint is there, and takes the key. */
  proven: boolean;
  startedAt: number;
}

/** What a question step has done and has still to do: which chunks, how many at once, at what cost. */
export class QuestionScheduler {
  readonly state: QuestionSchedulerState;
  readonly list: Backlog;
  readonly #found: OpenChunks;
  readonly #budget: number | undefined;
  readonly #mayFail: number;
  #flying = { batches: 0, requests: 0, chunks: 0 };
  #samples: { at: number; done: number }[] = [];
  /** What the last barren batch met. */
  #trouble: string | undefined;

  constructor(
    found: OpenChunks,
    { budget, maxFailedShare }: RunInput['questions'],
    now: number,
    before?: QuestionSchedulerState,
  ) {
    this.#found = found;
    this.#budget = budget;
    this.#mayFail = Math.floor(maxFailedShare * found.total);
    this.state = before ?? {
      list: Backlog.of(found.open).state,
      spending: NO_SPENDING,
      done: 0,
      maxCost: 0,
      estimatedTokens: 0,
      failures: found.failures,
      refused: [],
      batches: FIRST_BATCHES,
      barren: 0,
      proven: false,
      startedAt: now,
    };
    this.list = new Backlog(this.state.list);
    this.#samples.push({ at: now, done: this.state.done });
  }

  /** Counted tokens for an estimated one. */
  get calibration(): number {
    const { estimatedTokens, spending } = this.state;
    const counted = spending.promptTokens + spending.completionTokens;
    return estimatedTokens > 0 && counted > 0 ? counted / estimatedTokens : 1;
  }

  get tokensPerRequest(): number {
    return Math.ceil((this.calibration * this.#found.tokens) / this.#found.open);
  }

  /**
   * Requests that another batch may have now; 0 while there is to be none. The first is a single request, so that a wrong
   * key is one request and not fifty; and so is every next one while nothing is answered.
   */
  nextRequests(): number {
    const { batches, requests } = this.#flying;
    const left = this.list.size - requests;
    if (left <= 0 || batches >= (this.state.proven ? this.state.batches : 1)) return 0;
    const size = this.state.proven ? Math.min(LARGEST_BATCH, Math.max(SMALLEST_BATCH, Math.ceil(left / SHARES))) : 1;
    return Math.min(left, size, this.#affordable());
  }

  /** Everything has been asked, or nothing more can be paid for. */
  get isOver(): boolean {
    return this.#flying.batches === 0 && (this.list.size === 0 || this.#affordable() < 1);
  }

  get isStoppedAtBudget(): boolean {
    return this.isOver && this.list.size > 0;
  }

  /** One batch at most is under way. */
  get isAlone(): boolean {
    return this.#flying.batches <= 1;
  }

  /** Milliseconds to wait before the next batch, after one that got no answer. */
  get backoffMs(): number {
    const { barren } = this.state;
    return barren === 0 ? 0 : Math.min(LONGEST_BACKOFF_MS, FIRST_BACKOFF_MS * 2 ** (barren - 1));
  }

  begin(requests: number): void {
    this.#flying.batches++;
    this.#flying.requests += requests;
  }

  /** The lease is there, for fewer requests perhaps than were wished for. */
  take(wished: number, granted: number): Taken {
    this.#flying.requests -= wished;
    const taken = this.list.take(Math.min(granted, wished));
    this.#flying.chunks += lengthOf(taken.ranges);
    return taken;
  }

  /** No lease came. */
  forgo(wished: number): void {
    this.#flying.requests -= wished;
  }

  end(): void {
    this.#flying.batches--;
  }

  add(taken: Taken, result: LeasedChunksResult, queuedMs: number, now: number): void {
    const { state } = this;
    this.#flying.chunks -= lengthOf(taken.ranges);
    state.spending = addSpending(state.spending, result.spending);
    state.maxCost = Math.max(state.maxCost, result.maxCost);
    state.estimatedTokens += result.estimatedTokens;
    state.done += result.done;
    addFailures(state.failures, result.failures);
    state.refused.push(...result.refused.slice(0, Math.max(0, REFUSED_KEPT - state.refused.length)));
    this.list.putBack(result.unsent);
    for (const { at, ...left } of result.unanswered) {
      const spare = this.#mayFail - state.failures.count;
      if (!this.list.leftUnanswered(at, state.spending.answers, spare)) continue;
      state.done++;
      addFailure(state.failures, left);
      state.refused.push(left);
    }
    this.list.settle(taken.ranges);
    if (result.done > 0 || result.spending.answers > 0) {
      state.barren = 0;
      state.proven = true;
      this.#trouble = undefined;
    } else if (result.unanswered.length > 0) {
      this.#barren();
      this.#trouble = result.unanswered[0]?.reason;
    }
    state.batches =
      queuedMs > QUEUED_MS ? Math.max(2, Math.floor(state.batches * 0.8)) : Math.min(MOST_BATCHES, state.batches + 1);
    this.#samples.push({ at: now, done: state.done });
  }

  /** A batch ended without a result. @param trouble why, if that is known. */
  lose(taken: Taken, trouble?: string): void {
    this.#flying.chunks -= lengthOf(taken.ranges);
    this.list.putBackLost(taken.ranges);
    this.#barren();
    this.#trouble = trouble ?? this.#trouble;
  }

  /** Those that were under way together met the same trouble: it counts once. */
  #barren(): void {
    this.state.barren = this.state.proven ? 1 : this.state.barren + (this.#flying.batches > 1 ? 0 : 1);
    this.state.proven = false;
  }

  /** What asking has spent, the time since it began included. */
  spending(now: number): Spending {
    return { ...this.state.spending, seconds: (now - this.state.startedAt) / 1000 };
  }

  progress(now: number, waitsUntil: number): StageProgress {
    const { total, open, replayed } = this.#found;
    const { state } = this;
    const done = total - open + state.done;
    while (this.#samples.length > 2 && (this.#samples[0]?.at ?? 0) < now - RATE_MS) this.#samples.shift();
    const [first] = this.#samples;
    const last = this.#samples.at(-1);
    const seconds = first && last ? (last.at - first.at) / 1000 : 0;
    const rate = first && last && seconds > 0 ? (last.done - first.done) / seconds : 0;
    const notes = [
      replayed > 0 ? `${replayed} from the ledger` : undefined,
      this.#trouble,
      state.spending.cost ? `$${state.spending.cost.toFixed(2)}` : undefined,
    ].filter((note) => note !== undefined);
    return {
      done,
      total,
      unit: 'chunks',
      ...(rate > 0 && { rate, etaSeconds: (total - done) / rate }),
      ...(notes.length > 0 && { note: notes.join(' · ') }),
      ...(waitsUntil > now && { waitsUntil, waitsFor: 'quota' }),
    };
  }

  /** Requests that the budget has room for, if every one were as dear as the maxCost so far. */
  #affordable(): number {
    if (this.#budget === undefined) return Number.POSITIVE_INFINITY;
    const { spending, maxCost } = this.state;
    const each = maxCost || (this.#found.cost ?? 0) / this.#found.open;
    const committed = (this.#flying.requests + this.#flying.chunks) * each;
    return Math.floor((remainingBudget(this.#budget, spending) - committed) / each);
  }
}
