import type { LeasedChunksResult, OpenChunks } from '../../core/contracts/asking.ts';
import type { StageProgress } from '../../core/contracts/progress.ts';
import {
  addFailure,
  addFailures,
  addRefused,
  type Failures,
  type RefusedChunks,
} from '../../core/contracts/quarantine.ts';
import { addSpending, NO_SPENDING, type Spending } from '../../core/contracts/spending.ts';
import { Backlog, type BacklogState, countIn, type TakenChunks } from './backlog.ts';
import { Budget, type BudgetOptions } from './budget.ts';
import { Rate } from './rate.ts';
import { silenceTooLong } from './silence.ts';

/** Leases of one run at once, over all workers. */
const MAX_LEASES = 64;
const INITIAL_LEASES = 8;
/** An activity that was queued for longer found no worker free: there are too many leases. */
const MAX_QUEUED_MS = 1000;
/** Requests of a lease: enough to be worth an activity, few enough to be shared among the workers. */
const MIN_REQUESTS = 32;
const MAX_REQUESTS = 500;
const SHARES = 16;
/** Wait after a lease that got no answer at all, doubled from one to the next. */
const FIRST_BACKOFF_MS = 1000;
const MAX_BACKOFF_MS = 60_000;
/**
 * Everything that asking knows, as a value that crosses continue-as-new. Invariant: it does not grow with the corpus.
 */
export interface QuestionSchedulerState {
  backlog: BacklogState;
  spending: Spending;
  /** Chunks finished since asking began. */
  done: number;
  /** US dollars of the most expensive answer. */
  maxCost: number;
  /** Estimated tokens of the answers paid for. */
  estimatedTokens: number;
  /** Milliseconds from request to answer, over all of them; absent: state of an earlier version. */
  answerMs?: number | undefined;
  failures: Failures;
  refused: RefusedChunks;
  /** Leases that may be used at once. */
  maxLeases: number;
  /** Leases in a row that got no answer. */
  consecutiveFailures: number;
  /** Time of the first of them, in milliseconds since the epoch; absent: none, or state of an earlier version. */
  silentSince?: number | undefined;
  /** They were throttled, every one. */
  throttled?: boolean | undefined;
  /** Something was answered since the last of them: the endpoint is up and accepts the key. */
  endpointAnswers: boolean;
  /** Milliseconds since the epoch. */
  startedAt: number;
}

export interface SchedulerOptions extends BudgetOptions {
  maxFailedShare: number;
}

/**
 * Decides which chunks to ask about, under how many leases at once, within the budget; and keeps account of the
 * results. A lease goes through `begin`, then `take` or `forgo`, then `addResult` or `addLoss` if chunks were taken,
 * then `end`.
 */
export class QuestionScheduler {
  readonly backlog: Backlog;
  readonly #state: Omit<QuestionSchedulerState, 'backlog'>;
  readonly #openChunks: OpenChunks;
  readonly #budget: Budget;
  readonly #maxFailures: number;
  /** Leases requested or in use, requests waited for, and chunks taken. */
  readonly #inFlight = { leases: 0, requests: 0, chunks: 0 };
  /** Chunks done. */
  readonly #rate = new Rate();
  /** Why the last failed lease got no answer. */
  #trouble: string | undefined;

  /** @param before the state to continue from; default: none, a new one. */
  constructor(
    openChunks: OpenChunks,
    { maxFailedShare, ...budget }: SchedulerOptions,
    now: number,
    before?: QuestionSchedulerState,
  ) {
    this.#openChunks = openChunks;
    this.#budget = new Budget(openChunks, budget);
    this.#maxFailures = Math.floor(maxFailedShare * openChunks.total);
    const { backlog, ...state } = before ?? {
      backlog: Backlog.of(openChunks.open).state,
      spending: NO_SPENDING,
      done: 0,
      maxCost: 0,
      estimatedTokens: 0,
      failures: openChunks.failures,
      refused: {},
      maxLeases: INITIAL_LEASES,
      consecutiveFailures: 0,
      endpointAnswers: false,
      startedAt: now,
    };
    this.#state = state;
    this.backlog = new Backlog(backlog);
    this.#rate.add(now, this.#state.done);
  }

  /** What another scheduler continues from. */
  get state(): QuestionSchedulerState {
    return { ...this.#state, backlog: this.backlog.state };
  }

  /** Billed tokens for an estimated one; 1 while nothing is known. */
  get calibration(): number {
    const { estimatedTokens, spending } = this.#state;
    const billed = spending.promptTokens + spending.completionTokens;
    return estimatedTokens > 0 && billed > 0 ? billed / estimatedTokens : 1;
  }

  get tokensPerRequest(): number {
    return Math.ceil((this.calibration * this.#openChunks.tokens) / this.#openChunks.open);
  }

  /**
   * Requests that another lease should hold now; 0 or less: none is to be requested. While nothing has been answered,
   * there is one lease of one request, so that a wrong key costs one request and an endpoint that is down is not
   * flooded.
   */
  nextLeaseSize(): number {
    const { leases, requests } = this.#inFlight;
    const { endpointAnswers, maxLeases } = this.#state;
    const left = this.backlog.available - requests;
    if (left <= 0 || leases >= (endpointAnswers ? maxLeases : 1)) return 0;
    const size = endpointAnswers ? Math.min(MAX_REQUESTS, Math.max(MIN_REQUESTS, Math.ceil(left / SHARES))) : 1;
    return Math.min(left, size, this.#affordableRequests());
  }

  /** Everything has been asked, or nothing more can be paid for. */
  get isOver(): boolean {
    return this.#inFlight.leases === 0 && (this.backlog.size === 0 || this.#affordableRequests() < 1);
  }

  get isStoppedAtBudget(): boolean {
    return this.isOver && this.backlog.size > 0;
  }

  /** The share of the budget that is spent, 0 to 1 or more; 0 without a budget. */
  get budgetShare(): number {
    return this.#budget.share(this.#state.spending);
  }

  /** At most one lease is in flight. */
  get isAlone(): boolean {
    return this.#inFlight.leases <= 1;
  }

  /** Milliseconds to wait before the next lease is requested; more than 0 after leases that got no answer. */
  get backoffMs(): number {
    const { consecutiveFailures, throttled } = this.#state;
    // After a throttled request, it is the rate limiter that waits.
    if (consecutiveFailures === 0 || throttled) return 0;
    return Math.min(MAX_BACKOFF_MS, FIRST_BACKOFF_MS * 2 ** (consecutiveFailures - 1));
  }

  /** A lease is about to be requested. */
  begin(requests: number): void {
    this.#inFlight.leases++;
    this.#inFlight.requests += requests;
  }

  /** A lease was granted, perhaps for fewer requests than were requested. @returns the chunks to ask about. */
  take(requested: number, granted: number): TakenChunks {
    this.#inFlight.requests -= requested;
    const taken = this.backlog.take(Math.min(granted, requested));
    this.#inFlight.chunks += countIn(taken.ranges);
    return taken;
  }

  /** No lease was granted. */
  forgo(requested: number): void {
    this.#inFlight.requests -= requested;
  }

  end(): void {
    this.#inFlight.leases--;
  }

  /** @param queuedMs how long the activity waited for a worker. */
  addResult(taken: TakenChunks, result: LeasedChunksResult, queuedMs: number, now: number): void {
    const state = this.#state;
    this.#inFlight.chunks -= countIn(taken.ranges);
    state.spending = addSpending(state.spending, result.spending);
    state.maxCost = Math.max(state.maxCost, result.maxCost);
    state.estimatedTokens += result.estimatedTokens;
    state.answerMs = (state.answerMs ?? 0) + result.answerMs;
    state.done += result.done;
    addFailures(state.failures, result.failures);
    for (const one of result.refused) addRefused(state.refused, one);
    this.backlog.putBack(result.unsent);
    const putBack = [...result.unsent];
    for (const { at, throttled, ...chunk } of result.unanswered) {
      const allowedFailures = this.#maxFailures - state.failures.count;
      if (!this.backlog.putBackUnanswered(at, state.spending.answers, allowedFailures, throttled)) {
        putBack.push([at, at + 1]);
        continue;
      }
      state.done++;
      addFailure(state.failures, chunk);
      addRefused(state.refused, chunk);
    }
    this.backlog.settle(taken.ranges, putBack);
    if (result.done > 0 || result.spending.answers > 0) {
      state.consecutiveFailures = 0;
      state.endpointAnswers = true;
      state.silentSince = undefined;
      state.throttled = undefined;
      this.#trouble = undefined;
    } else if (result.unanswered.length > 0 || result.report.rejected > 0) {
      // After a lease of which every request was throttled too, single requests show whether others are answered.
      this.#countFailure();
      const throttled = result.report.rejected > 0;
      if (throttled !== state.throttled) state.silentSince = undefined;
      state.throttled = throttled;
      state.silentSince ??= now;
      this.#trouble = result.unanswered[0]?.reason ?? this.#trouble;
    }
    state.maxLeases =
      queuedMs > MAX_QUEUED_MS
        ? Math.max(2, Math.floor(state.maxLeases * 0.8))
        : Math.min(MAX_LEASES, state.maxLeases + 1);
    this.#rate.add(now, state.done);
  }

  /** A lease ended without a result. @param trouble why, if that is known. */
  addLoss(taken: TakenChunks, trouble?: string): void {
    this.#inFlight.chunks -= countIn(taken.ranges);
    this.backlog.putBackLost(taken.ranges);
    this.#countFailure();
    this.#trouble = trouble ?? this.#trouble;
  }

  /** How long the endpoint has answered nothing, if that is too long, and why not at last. */
  silence(now: number): { ms: number; reason: string } | undefined {
    const { spending, done } = this.#state;
    const ms = silenceTooLong({ ...this.#state, hasAnswered: spending.answers + done > 0 }, now);
    if (ms === undefined) return undefined;
    return { ms, reason: this.#trouble ?? 'the reason is not known' };
  }

  /** Leases in flight together fail for one reason, which counts once. */
  #countFailure(): void {
    const state = this.#state;
    const counts = this.#inFlight.leases > 1 ? 0 : 1;
    state.consecutiveFailures = state.endpointAnswers ? 1 : state.consecutiveFailures + counts;
    state.endpointAnswers = false;
  }

  /** Undefined if nothing has been answered. */
  get secondsPerAnswer(): number | undefined {
    const { answerMs = 0, spending } = this.#state;
    return spending.answers > 0 ? answerMs / spending.answers / 1000 : undefined;
  }

  /** Since asking began, by all histories of this workflow. */
  seconds(now: number): number {
    return (now - this.#state.startedAt) / 1000;
  }

  /** @param waitsUntil end of a known wait for quota, in milliseconds since the epoch. */
  progress(now: number, waitsUntil: number): StageProgress {
    const { total, open, replayed } = this.#openChunks;
    const state = this.#state;
    const done = total - open + state.done;
    const rate = this.#rate.perSecond(now);
    const { cost } = this.#budget.spent(state.spending);
    const notes = [
      replayed > 0 ? `${replayed} from the ledger` : undefined,
      this.#trouble,
      cost ? `$${cost.toFixed(2)}` : undefined,
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

  #affordableRequests(): number {
    const { spending, maxCost } = this.#state;
    return this.#budget.requests(spending, maxCost, this.#inFlight.requests + this.#inFlight.chunks);
  }
}
