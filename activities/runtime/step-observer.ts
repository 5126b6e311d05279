import { ApplicationFailure, type Context } from '@temporalio/activity';
import { Fault } from '../../core/contracts/fault.ts';
import type { Measure } from '../../core/contracts/metrics.ts';
import type { StageName, StageProgress } from '../../core/contracts/progress.ts';
import { systemFault } from '../../core/primitives/system-fault.ts';

/** A step that runs for long says at most once in that time how far it is. */
const PROGRESS_EVERY_MS = 60_000;

/** Logs and measures the attempts of one kind of step on a worker. No text of documents and no key gets into either. */
export class StepObserver {
  readonly #measure: Measure;
  readonly #stage: StageName;
  #running = 0;
  #waiting = false;

  constructor(measure: Measure, stage: StageName) {
    this.#measure = measure;
    this.#stage = stage;
  }

  /** An attempt begins. */
  begin({ log, info }: Pick<Context, 'log' | 'info'>): AttemptObserver {
    const step = info.activityType;
    const stage = this.#stage;
    const begin = performance.now();
    let said = begin;
    const running = (change: number) => {
      this.#running += change;
      this.#measure('hone_steps_running', this.#running, { stage, step });
    };
    const end = (outcome: 'done' | 'reused' | 'failed' | 'stopped') => {
      running(-1);
      if (this.#waiting) this.#waits({});
      const seconds = (performance.now() - begin) / 1000;
      this.#measure('hone_step_seconds', seconds, { stage, step, outcome });
      return { stage, outcome, seconds: Number(seconds.toFixed(3)) };
    };
    running(1);
    log.info(`${step} begins`, { stage });
    return {
      progress: (progress) => {
        this.#waits(progress);
        if (performance.now() - said < PROGRESS_EVERY_MS) return;
        said = performance.now();
        const { done, total, unit, etaSeconds, note } = progress;
        log.info(`${step} is at ${done}/${total} ${unit}`, {
          stage,
          ...(etaSeconds !== undefined && { etaSeconds: Math.round(etaSeconds) }),
          ...(note && { note }),
        });
      },
      ended: (result) => {
        const reused = isReused(result);
        log.info(`${step} ${reused ? 'was done before' : 'is done'}`, end(reused ? 'reused' : 'done'));
      },
      stopped: () => log.info(`${step} is stopped`, end('stopped')),
      failed: (thrown, failure) => {
        const error = systemFault(thrown) ?? thrown;
        const final = failure instanceof ApplicationFailure && failure.nonRetryable === true;
        const kind = error instanceof Fault ? error.kind : 'unforeseen';
        this.#measure('hone_step_failures', 1, { stage, step, kind, final: String(final) });
        const fields = { ...end('failed'), kind, ...explanation(error) };
        if (final) log.error(`${step} failed: ${failure.message}`, fields);
        else log.warn(`${step} failed and is tried again: ${failure.message}`, fields);
      },
    };
  }

  #waits({ waitsFor, waitsUntil = 0 }: Pick<StageProgress, 'waitsFor' | 'waitsUntil'>): void {
    const waits = waitsFor === 'quota';
    if (waits || this.#waiting)
      this.#measure('hone_quota_wait_seconds', waits ? Math.max(0, (waitsUntil - Date.now()) / 1000) : 0);
    this.#waiting = waits;
  }
}

/** What happens to one attempt; `ended`, `stopped` or `failed` is its last event. */
export interface AttemptObserver {
  progress(progress: StageProgress): void;
  ended(result: unknown): void;
  /** It was cancelled, paused, or its worker shuts down. */
  stopped(): void;
  /** @param failure what Temporal is told. */
  failed(thrown: unknown, failure: Error): void;
}

function isReused(result: unknown): boolean {
  return typeof result === 'object' && result !== null && 'reused' in result && result.reused === true;
}

/** What to do about a fault; where an error was thrown that nobody foresaw. */
function explanation(error: unknown): { advice?: string; stack?: string } {
  if (error instanceof Fault) return { advice: error.advice };
  return error instanceof Error && error.stack ? { stack: error.stack } : {};
}
