import { setTimeout as sleep } from 'node:timers/promises';
import {
  type Client,
  ScheduleAlreadyRunning,
  type ScheduleDescription,
  type ScheduleHandle,
  ScheduleNotFoundError,
  ScheduleOverlapPolicy,
  type ScheduleSpec,
} from '@temporalio/client';
import { Fault } from '../core/contracts/fault.ts';
import { parseRetrainInput, type RetrainRequest } from '../core/contracts/retrain.ts';
import { QUEUE } from './queue.ts';
import { type ScheduledRun, type ScheduleSummary, scheduledRuns, summaryOfSchedule } from './schedule-summary.ts';
import { serviceFault } from './service-fault.ts';

const WORKFLOW = 'retrain';
export interface ScheduleOptions {
  /** Milliseconds between two retrainings, at least a minute; or `cron`. */
  everyMs?: number;
  /** Five fields, as cron has them: `0 3 * * *`; or `everyMs`. */
  cron?: string;
  /** IANA name of the zone that `cron` is read in. Default UTC. */
  timezone?: string;
  /** Each start is put off by a random time up to so many milliseconds. Default 0. */
  jitterMs?: number;
  /** What happens at a time when the retraining before is still under way. Default `skip`. */
  overlap?: 'skip' | 'buffer-one';
  /** A time that was missed because Temporal was away is made up for within so many milliseconds. Default one hour. */
  catchUpMs?: number;
}

const HOUR = 3_600_000;

/** A schedule acts within moments; after so long something is amiss. */
const PATIENCE_MS = 20_000;

/** Retrainings that Temporal starts by itself. Every method throws a `Fault`. */
export class Schedules {
  readonly #client: Client;
  readonly #server: string;

  constructor(client: Client, server: string) {
    this.#client = client;
    this.#server = server;
  }

  /** @throws Fault `input` naming every fault of the request, or if there is a schedule of this name. */
  async create(name: string, request: RetrainRequest, options: ScheduleOptions): Promise<void> {
    const input = parseRetrainInput(request);
    const title = input.title ?? input.publish.name;
    const spec = specOf(options);
    const create = () =>
      this.#client.schedule.create({
        scheduleId: name,
        spec,
        action: {
          type: 'startWorkflow',
          workflowType: WORKFLOW,
          // Temporal adds the time to it, so that each run has an id of its own.
          workflowId: name,
          taskQueue: QUEUE,
          args: [request],
          memo: { title },
          staticSummary: title,
        },
        policies: {
          overlap: OVERLAP[options.overlap ?? 'skip'],
          catchupWindow: options.catchUpMs ?? HOUR,
        },
        memo: { publishes: input.publish.name, ...(options.cron === undefined ? {} : { cron: options.cron }) },
      });
    await this.#call(name, () =>
      create().catch((error) => {
        throw error instanceof TypeError ? unreadable(error) : error;
      }),
    );
  }

  /** Schedules of retrainings, by name; one created within the last seconds may be missing. */
  async list(): Promise<ScheduleSummary[]> {
    return this.#call('', async () => {
      const found: ScheduleSummary[] = [];
      for await (const schedule of this.#client.schedule.list()) {
        if (schedule.action?.workflowType === WORKFLOW) found.push(summaryOfSchedule(schedule));
      }
      return found.sort((a, b) => (a.name < b.name ? -1 : 1));
    });
  }

  /** A schedule with the latest retrainings it started, newest first, each with what it decided. */
  async describe(name: string): Promise<ScheduleSummary & { runs: ScheduledRun[] }> {
    const description = await this.#describe(name);
    const runs = await this.#call(name, () => scheduledRuns(this.#client, description));
    return { ...summaryOfSchedule(description), runs };
  }

  /**
   * Starts a retraining now, unless one of this schedule is under way.
   * @returns id of the run; undefined where one is under way.
   */
  async trigger(name: string): Promise<string | undefined> {
    const before = await this.#describe(name);
    await this.#call(name, () => this.#handle(name).trigger(ScheduleOverlapPolicy.SKIP));
    // The schedule acts on it a moment later, and counts what it did.
    const patience = AbortSignal.timeout(PATIENCE_MS);
    while (!patience.aborted) {
      const { info } = await this.#describe(name);
      if (info.numActionsSkippedOverlap > before.info.numActionsSkippedOverlap) return undefined;
      if (info.numActionsTaken > before.info.numActionsTaken)
        return info.recentActions.at(-1)?.action.workflow.workflowId;
      await sleep(100);
    }
    throw new Fault(
      'unavailable',
      `Temporal at ${this.#server} has not acted on the trigger of ${name} yet.`,
      `\`hone schedule show ${name}\` says whether it has later.`,
    );
  }

  async pause(name: string, note?: string): Promise<void> {
    await this.#call(name, () => this.#handle(name).pause(note));
  }

  async resume(name: string, note?: string): Promise<void> {
    await this.#call(name, () => this.#handle(name).unpause(note));
  }

  /** Runs that it started go on. */
  async delete(name: string): Promise<void> {
    await this.#call(name, () => this.#handle(name).delete());
  }

  #handle(name: string): ScheduleHandle {
    return this.#client.schedule.getHandle(name);
  }

  #describe(name: string): Promise<ScheduleDescription> {
    return this.#call(name, () => this.#handle(name).describe());
  }

  async #call<T>(name: string, request: () => Promise<T>): Promise<T> {
    try {
      return await this.#client.withDeadline(Date.now() + 10_000, request);
    } catch (error) {
      if (error instanceof ScheduleAlreadyRunning) {
        const advice = `Choose another name, or delete it first: hone schedule delete ${name}`;
        throw new Fault('input', `There is a schedule ${name} already.`, advice, { cause: error });
      }
      if (error instanceof ScheduleNotFoundError) {
        const advice = '`hone schedule list` shows those there are.';
        throw new Fault('input', `There is no schedule ${name}.`, advice, { cause: error });
      }
      throw serviceFault(error, this.#server);
    }
  }
}

const OVERLAP = { skip: ScheduleOverlapPolicy.SKIP, 'buffer-one': ScheduleOverlapPolicy.BUFFER_ONE } as const;

function specOf({ everyMs, cron, timezone, jitterMs }: ScheduleOptions): ScheduleSpec {
  if ((everyMs === undefined) === (cron === undefined)) {
    throw new Fault(
      'input',
      'A schedule needs either an interval or a cron expression.',
      'Give one of them, not both.',
    );
  }
  if (timezone !== undefined && cron === undefined) {
    throw new Fault('input', 'A time zone means nothing to an interval.', 'Leave it out, or give a cron expression.');
  }
  return {
    ...(everyMs === undefined ? {} : { intervals: [{ every: everyMs }] }),
    ...(cron === undefined ? {} : { cronExpressions: [cron] }),
    ...(timezone === undefined ? {} : { timezone }),
    ...(jitterMs === undefined ? {} : { jitter: jitterMs }),
  };
}

/** The server reads cron expressions and zones; what it cannot read the SDK gives as a TypeError. */
function unreadable(cause: TypeError): Fault {
  return new Fault(
    'input',
    `Temporal cannot read the times of the schedule: ${cause.message}.`,
    "Give a cron expression as '0 3 * * *', and a time zone as Europe/Berlin.",
    { cause },
  );
}
