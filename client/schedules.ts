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
import { inParallel } from '../core/primitives/in-parallel.ts';
import { type CheckedRetrain, checkRetrain } from '../core/run/parse-input.ts';
import {
  detailsOfSchedule,
  healthOfSchedule,
  type ScheduleDetails,
  type ScheduleHealth,
  type ScheduleSummary,
  scheduledRuns,
  summaryOfSchedule,
} from './schedule-summary.ts';
import { type ScheduleOptions, throwTimesFault, timesOf } from './schedule-times.ts';
import { serviceFault } from './service-fault.ts';
import type { TenantNames } from './tenant-names.ts';

const WORKFLOW = 'retrain';

/** A change of a schedule. What is left out stays as it is. */
export interface ScheduleChange extends ScheduleOptions {
  /** The request from the next retraining on. It must publish the same name. */
  request?: RetrainRequest | CheckedRetrain | undefined;
}

/** Of monitoring at once: others wait for answers of Temporal. */
const HEALTH_REQUESTS = 4;

/** A schedule usually reacts to a trigger within a second. */
const TRIGGER_MS = 20_000;

/** Schedules, by which Temporal starts retrainings. Every method throws a `Fault` as those of `Hone` do. */
export class Schedules {
  readonly #client: Client;
  readonly #server: string;
  readonly #names: TenantNames;
  readonly #lenient: Client;

  /** @param lenient lists and describes also what `client` cannot decrypt. */
  constructor(client: Client, server: string, names: TenantNames, lenient: Client) {
    this.#client = client;
    this.#server = server;
    this.#names = names;
    this.#lenient = lenient;
  }

  /**
   * Creates a schedule.
   * @param given A request is validated; a `CheckedRetrain` has been validated already.
   * @throws Fault `input` listing every error of the request, if the times are invalid, or if the schedule exists.
   */
  async create(name: string, given: RetrainRequest | CheckedRetrain, options: ScheduleOptions): Promise<void> {
    const { request, input } = checkRetrain(given);
    const { publish, title = publish.name } = input;
    const times = timesOf(options);
    const id = this.#names.make(name);
    await this.#call(name, () =>
      this.#client.schedule
        .create({
          scheduleId: id,
          ...times,
          action: {
            type: 'startWorkflow',
            workflowType: WORKFLOW,
            // Temporal appends the time, so that each retraining has its own id.
            workflowId: id,
            taskQueue: this.#names.queue,
            ...workflowOptions(request, title),
          },
          memo: { publishes: publish.name },
        })
        .catch(throwTimesFault),
    );
  }

  /**
   * Changes what is given, from the next retraining on. A running retraining is not affected.
   * @throws Fault `input` listing every error of the request, if there is no such schedule of retrainings, if the times
   * are invalid, or if the request publishes another name.
   */
  async update(name: string, { request, ...options }: ScheduleChange): Promise<void> {
    const checked = request && checkRetrain(request);
    await this.#call(name, () =>
      this.#handle(name)
        .update(({ spec, policies, state, action, memo }) => {
          this.#refuseOther(name, action);
          if (checked) refuseOtherName(name, memo?.publishes, checked.input.publish.name);
          return {
            ...timesOf(options, { spec, policies }),
            state,
            action: checked
              ? { ...action, ...workflowOptions(checked.request, checked.input.title ?? checked.input.publish.name) }
              : action,
          };
        })
        .catch(throwTimesFault),
    );
  }

  /** Lists the schedules of retrainings by name. One that was created a few seconds ago may be missing. */
  async list(): Promise<ScheduleSummary[]> {
    return this.#call('', async () => {
      const found: ScheduleSummary[] = [];
      for await (const schedule of this.#lenient.schedule.list()) {
        if (schedule.action?.workflowType !== WORKFLOW || !this.#names.has(schedule.scheduleId)) continue;
        found.push(summaryOfSchedule(schedule, this.#names));
      }
      return found.sort((a, b) => (a.name < b.name ? -1 : 1));
    });
  }

  /** Describes a schedule, with its latest retrainings and their decisions. */
  async describe(name: string): Promise<ScheduleDetails> {
    const description = await this.#describe(name);
    const runs = await this.#call(name, () => scheduledRuns(this.#lenient, description));
    return { ...detailsOfSchedule(description, this.#names), runs };
  }

  /**
   * What monitoring asks of the schedules, by name. One that is deleted meanwhile is left out.
   * @param limit At most so many, the first by name: each is a request to Temporal.
   * @returns also how many there are in all.
   */
  async health(limit: number): Promise<{ schedules: ScheduleHealth[]; total: number }> {
    const listed = await this.list();
    const described = await inParallel(listed.slice(0, limit), HEALTH_REQUESTS, ({ name }) =>
      this.#describe(name).catch((error: unknown) => {
        if (error instanceof Fault && error.kind === 'input') return undefined;
        throw error;
      }),
    );
    const schedules = described.flatMap((found) => (found ? [healthOfSchedule(found, this.#names)] : []));
    return { schedules, total: listed.length };
  }

  /**
   * Starts a retraining now, unless one of this schedule is running.
   * @returns its workflow id; undefined if one is running.
   * @throws Fault `unavailable` if the schedule does not react within 20 seconds.
   */
  async trigger(name: string): Promise<string | undefined> {
    const before = await this.#describe(name);
    await this.#call(name, () => this.#handle(name).trigger(ScheduleOverlapPolicy.SKIP));
    // The schedule reacts a moment later and counts what it did.
    const timeout = AbortSignal.timeout(TRIGGER_MS);
    while (!timeout.aborted) {
      const { info } = await this.#describe(name);
      if (info.numActionsSkippedOverlap > before.info.numActionsSkippedOverlap) return undefined;
      if (info.numActionsTaken > before.info.numActionsTaken)
        return info.recentActions.at(-1)?.action.workflow.workflowId;
      await sleep(100);
    }
    throw new Fault(
      'unavailable',
      `Temporal at ${this.#server} has not reacted to the trigger of schedule ${name} yet.`,
      `\`hone schedule show ${name}\` shows whether it does later.`,
    );
  }

  async pause(name: string, note?: string): Promise<void> {
    await this.#describe(name);
    await this.#call(name, () => this.#handle(name).pause(note));
  }

  async resume(name: string, note?: string): Promise<void> {
    await this.#describe(name);
    await this.#call(name, () => this.#handle(name).unpause(note));
  }

  /** Deletes a schedule. A running retraining continues. */
  async delete(name: string): Promise<void> {
    await this.#describe(name);
    await this.#call(name, () => this.#handle(name).delete());
  }

  #handle(name: string): ScheduleHandle {
    return this.#client.schedule.getHandle(this.#own(name));
  }

  /** The full id of a schedule of this tenant. @throws Fault `input` if it is one of another tenant. */
  #own(name: string): string {
    const own = this.#names.find(name);
    if (own !== undefined) return own;
    throw noSuchSchedule(name);
  }

  /** @throws Fault `input` if the schedule is another program's or, as if there were none, another tenant's. */
  #refuseOther(name: string, { workflowType, taskQueue }: ScheduleDescription['action']): void {
    if (!this.#names.hasQueue(taskQueue)) throw noSuchSchedule(name);
    refuseOther(name, workflowType);
  }

  async #describe(name: string): Promise<ScheduleDescription> {
    const id = this.#own(name);
    const description = await this.#call(name, () => this.#lenient.schedule.getHandle(id).describe());
    this.#refuseOther(name, description.action);
    return description;
  }

  async #call<T>(name: string, request: () => Promise<T>): Promise<T> {
    try {
      return await this.#client.withDeadline(Date.now() + 10_000, request);
    } catch (error) {
      if (error instanceof ScheduleAlreadyRunning) {
        const advice = `Choose another name, or delete it first: hone schedule delete ${name}`;
        throw new Fault('input', `There is a schedule ${name} already.`, advice, { cause: error });
      }
      if (error instanceof ScheduleNotFoundError) throw noSuchSchedule(name, error);
      throw serviceFault(error, this.#server);
    }
  }
}

function noSuchSchedule(name: string, cause?: Error): Fault {
  const advice = '`hone schedule list` lists the schedules.';
  return new Fault('input', `There is no schedule ${name}.`, advice, { cause });
}

/** The part of the workflow to start that depends on the request. */
function workflowOptions(request: RetrainRequest, title: string) {
  return { args: [request], memo: { title }, staticSummary: title };
}

/** A namespace may have schedules of other programs. @throws Fault `input` if the schedule is one of them. */
function refuseOther(name: string, workflowType: string): void {
  if (workflowType === WORKFLOW) return;
  const advice = '`hone schedule list` lists the schedules of retrainings.';
  throw new Fault('input', `Schedule ${name} starts the workflow ${workflowType}, not a retraining.`, advice);
}

/**
 * A schedule keeps the name that it was created for: its memo, which `list` shows, cannot be changed.
 * @throws Fault `input` if the schedule publishes another name than `wanted`.
 */
function refuseOtherName(name: string, publishes: unknown, wanted: string): void {
  if (publishes !== undefined && publishes !== wanted) {
    const advice = `Create one for ${wanted}: hone schedule create ${wanted} …`;
    throw new Fault('input', `Schedule ${name} retrains ${publishes}, not ${wanted}.`, advice);
  }
}
