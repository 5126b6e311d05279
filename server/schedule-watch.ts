import type { SkippedStarts } from '../client/schedule-summary.ts';
import type { Schedules } from '../client/schedules.ts';
import type { Measure } from '../core/contracts/metrics.ts';

export interface ScheduleWatchOptions {
  /** Tenant -> its schedules. */
  readonly tenants: ReadonlyMap<string, Pick<Schedules, 'health'>>;
  readonly measure: Measure;
  say(line: string): void;
  /** Milliseconds between the end of a look and the next one. Default: a minute. */
  readonly everyMs?: number;
  /** Of a tenant at most so many schedules, the first by name. Default: 200. */
  readonly limit?: number;
}

/**
 * Measures what the schedules of retrainings left out, and for how long their retrainings have been running. Temporal
 * counts that only in the description of each schedule, so nothing else would tell that one waits behind a run that
 * does not end. A failure is said once, and tried again.
 */
export class ScheduleWatch {
  readonly #options: ScheduleWatchOptions;
  readonly #tenants: readonly TenantWatch[];
  #timer: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(options: ScheduleWatchOptions) {
    this.#options = options;
    this.#tenants = [...options.tenants].map(([tenant, schedules]) => new TenantWatch(tenant, schedules, options));
    void this.#look();
  }

  /** What a look is still waiting for is not awaited, and nothing is said of it. */
  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
  }

  async #look(): Promise<void> {
    // One after another, as it is one server that they all ask.
    for (const tenant of this.#tenants) {
      const remark = await tenant.look();
      if (this.#closed) return;
      if (remark !== undefined) this.#options.say(remark);
    }
    this.#timer = setTimeout(() => void this.#look(), this.#options.everyMs ?? 60_000);
    this.#timer.unref();
  }
}

interface Seen extends SkippedStarts {
  readonly isRunning: boolean;
}

class TenantWatch {
  readonly #tenant: string;
  readonly #schedules: Pick<Schedules, 'health'>;
  readonly #options: ScheduleWatchOptions;
  /** What was measured last of a schedule, by name. One that is not listed for once is not counted anew later. */
  readonly #seen = new Map<string, Seen>();
  #remark: string | undefined;

  constructor(tenant: string, schedules: Pick<Schedules, 'health'>, options: ScheduleWatchOptions) {
    this.#tenant = tenant;
    this.#schedules = schedules;
    this.#options = options;
  }

  /** @returns why not all is measured, unless it is the same reason as the last time. */
  async look(): Promise<string | undefined> {
    const remark = await this.#measure().catch(
      (error) =>
        `The schedules of the tenant ${this.#tenant} are not measured: ${error instanceof Error ? error.message : error}`,
    );
    const isNew = remark !== this.#remark;
    this.#remark = remark;
    return isNew ? remark : undefined;
  }

  async #measure(): Promise<string | undefined> {
    const { limit = 200 } = this.#options;
    const { schedules, total } = await this.#schedules.health(limit);
    const found = new Set<string>();
    for (const { name, skipped, runningSince } of schedules) {
      found.add(name);
      const seen = this.#seen.get(name);
      this.#count(name, 'overlap', skipped.overlap, seen?.overlap);
      this.#count(name, 'missed', skipped.missed, seen?.missed);
      this.#measureRunning(name, runningSince);
      this.#seen.set(name, { ...skipped, isRunning: runningSince !== undefined });
    }
    // A gauge stays as it was set, also that of a schedule that was deleted.
    for (const [name, seen] of this.#seen) {
      if (!seen.isRunning || found.has(name)) continue;
      this.#measureRunning(name, undefined);
      this.#seen.set(name, { ...seen, isRunning: false });
    }
    if (total <= limit) return undefined;
    return `Only the first ${limit} of ${total} schedules of the tenant ${this.#tenant} are measured.`;
  }

  /**
   * The counter has what Temporal counts, so that it is the same on every server. Temporal counts from 0 again where a
   * schedule was deleted and created anew.
   */
  #count(schedule: string, reason: keyof SkippedStarts, count: number, before = 0): void {
    const more = count < before ? count : count - before;
    // Adding nothing shows the series, without which Prometheus would not see its first increase.
    this.#options.measure('hone_schedule_skipped_starts', more, { tenant: this.#tenant, schedule, reason });
  }

  #measureRunning(schedule: string, since: Date | undefined): void {
    const seconds = since === undefined ? 0 : Math.max(0, (Date.now() - since.getTime()) / 1000);
    this.#options.measure('hone_schedule_run_seconds', seconds, { tenant: this.#tenant, schedule });
  }
}
