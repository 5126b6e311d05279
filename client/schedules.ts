import { setTimeout as sleep } from 'node:timers/promises';
import {
  type Client,
  ScheduleAlreadyRunning,
  type ScheduleDescription,
  type ScheduleHandle,
  ScheduleNotFoundError,
  ScheduleOverlapPolicy,
} from '@temporalio/client';
import { Fault } from '../core/contracts/fault.ts';
import type { RetrainRequest } from '../core/contracts/retrain.ts';
import { TASK_QUEUES } from '../core/contracts/task-queues.ts';
import { type CheckedRetrain, checkRetrain } from '../core/run/parse-input.ts';
import {
  detailsOfSchedule,
  type ScheduleDetails,
  type ScheduleSummary,
  scheduledRuns,
  summaryOfSchedule,
} from './schedule-summary.ts';
import { orUnreadable, type ScheduleOptions, timesOf } from './schedule-times.ts';
import { serviceFault } from './service-fault.ts';

const WORKFLOW = 'retrain';

/** What is to be changed; what is left out stays. */
export interface ScheduleChange extends ScheduleOptions {
  /** What is retrained from the next time on; it must publish the same name. */
  request?: RetrainRequest | CheckedRetrain;
}

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
  async create(name: string, given: RetrainRequest | CheckedRetrain, options: ScheduleOptions): Promise<void> {
    const { request, input } = checkRetrain(given);
    const { publish, title = publish.name } = input;
    const times = timesOf(options);
    await this.#call(name, () =>
      this.#client.schedule
        .create({
          scheduleId: name,
          ...times,
          action: {
            type: 'startWorkflow',
            workflowType: WORKFLOW,
            // Temporal adds the time to it, so that each run has an id of its own.
            workflowId: name,
            taskQueue: TASK_QUEUES.workflow,
            ...work(request, title),
          },
          memo: { publishes: publish.name },
        })
        .catch(orUnreadable),
    );
  }

  /**
   * Changes what is given, from the next time on; a retraining under way goes on as it was started.
   * @throws Fault `input` naming every fault of the request, if there is no such schedule, or if the request publishes
   * another name than the schedule looks after.
   */
  async update(name: string, { request, ...options }: ScheduleChange): Promise<void> {
    const checked = request && checkRetrain(request);
    await this.#call(name, () =>
      this.#handle(name)
        .update(({ spec, policies, state, action, memo }) => {
          if (checked) refuseOther(name, action.workflowType, memo?.publishes, checked.input.publish.name);
          return {
            ...timesOf(options, { spec, policies }),
            state,
            action: checked
              ? { ...action, ...work(checked.request, checked.input.title ?? checked.input.publish.name) }
              : action,
          };
        })
        .catch(orUnreadable),
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
  async describe(name: string): Promise<ScheduleDetails> {
    const description = await this.#describe(name);
    const runs = await this.#call(name, () => scheduledRuns(this.#client, description));
    return { ...detailsOfSchedule(description), runs };
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

/** What a schedule starts. */
function work(request: RetrainRequest, title: string) {
  return { args: [request], memo: { title }, staticSummary: title };
}

/** Lists and the record of past runs go by the name a schedule was created for, which Temporal keeps as it was. */
function refuseOther(name: string, workflowType: string, publishes: unknown, wanted: string): void {
  if (workflowType !== WORKFLOW) {
    const advice = '`hone schedule list` shows those that do.';
    throw new Fault('input', `Schedule ${name} starts ${workflowType}, it does not retrain.`, advice);
  }
  if (publishes !== undefined && publishes !== wanted) {
    const advice = `Create one for ${wanted}: hone schedule create ${wanted} …`;
    throw new Fault('input', `Schedule ${name} looks after ${publishes}, not ${wanted}.`, advice);
  }
}
