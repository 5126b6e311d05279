import type { Client, Connection, WorkflowHandle } from '@temporalio/client';
import { decodeArrayFromPayloads } from '@temporalio/common/lib/internal-non-workflow/index.js';
import type { Approval, ControlAnswer } from '../core/contracts/control.ts';
import { Estimate, type EstimateOptions } from '../core/contracts/estimate.ts';
import { Fault } from '../core/contracts/fault.ts';
import { type RetrainRequest, RetrainResult } from '../core/contracts/retrain.ts';
import type { RunRequest } from '../core/contracts/run-input.ts';
import { RunResult } from '../core/contracts/run-result.ts';
import { DEFAULT_TENANT } from '../core/contracts/tenant.ts';
import { whyUnreadable } from '../core/contracts/unreadable.ts';
import { type CheckedRetrain, type CheckedRun, checkRetrain, checkRun } from '../core/run/parse-input.ts';
import { type ConnectOptions, openConnection } from './connection.ts';
import { Deployments } from './deployments.ts';
import { faultOf } from './failure.ts';
import { type Followed, type FollowOptions, followRun } from './follow.ts';
import { Models } from './models.ts';
import { type Clients, openClients } from './open-clients.ts';
import { OpenRuns } from './open-runs.ts';
import { type ControlOptions, RunControl } from './run-control.ts';
import { requestHash, retrainId, runId } from './run-id.ts';
import { noSuchRun, REQUEST_MS, RunList } from './run-list.ts';
import { type RunDescription, type RunSummary, summaryOf } from './run-summary.ts';
import { Schedules } from './schedules.ts';
import { isServiceError, serviceFault } from './service-fault.ts';
import { type Started, type StartOptions, startOrAttach, type WorkflowStart } from './start-workflow.ts';
import { temporalRun } from './temporal-run.ts';
import { TenantNames } from './tenant-names.ts';

/** Workflow types. */
const FINE_TUNE = 'fineTune';
const RETRAIN = 'retrain';
const ESTIMATE = 'estimate';

export interface HoneOptions extends ConnectOptions {
  /** Whose runs, schedules, models and deployments it sees and changes. Default: `HONE_TENANT`, or the default one. */
  tenant?: string;
}

/**
 * Client for fine-tuning runs on a Temporal server. Every method throws a `Fault`: `unavailable` if the server does not
 * answer, `credentials` if it refuses the credentials, `input` if there is no such run.
 *
 * ```ts
 * const hone = await Hone.connect();
 * const { workflowId } = await hone.start({ documents: ['/srv/handbook'] });
 * for await (const { stages } of hone.follow(workflowId)) console.log(stages);
 * const { modelUri } = await hone.result(workflowId);
 * await hone.close();
 * ```
 */
export class Hone {
  readonly #client: Client;
  /** For lists and descriptions: it reads what it can. */
  readonly #lenient: Client;
  readonly #connection: Connection;
  readonly #server: string;
  readonly #names: TenantNames;
  readonly #control: RunControl;
  readonly #list: RunList;
  /** Schedules of retrainings. */
  readonly schedules: Schedules;
  /** The model registry: published names and their versions. */
  readonly models: Models;
  /** Versions of workers. */
  readonly deployments: Deployments;

  private constructor({ client, lenient }: Clients, connection: Connection, names: TenantNames) {
    this.#connection = connection;
    this.#names = names;
    this.#server = connection.options.address;
    this.#client = client;
    this.#lenient = lenient;
    this.#control = new RunControl(client, this.#server, lenient);
    this.#list = new RunList(lenient, this.#server, names);
    this.schedules = new Schedules(client, this.#server, names, lenient);
    this.models = new Models(this.#client, this.#server, names);
    this.deployments = new Deployments(this.#client, this.#server, names);
  }

  /**
   * Connects to a Temporal server.
   * @throws Fault `unavailable` if no server answers within five seconds; `config` if the Temporal profile is invalid;
   *   `config` if `tenant` cannot be the name of a tenant.
   */
  static async connect({
    tenant = process.env.HONE_TENANT || DEFAULT_TENANT,
    ...options
  }: HoneOptions = {}): Promise<Hone> {
    const names = new TenantNames(tenant);
    const { connection, namespace } = await openConnection(options);
    return new Hone(await openClients(connection, namespace), connection, names);
  }

  /** A client of another tenant over the same connection, which is closed by either. @throws Fault as `connect` */
  ofTenant(tenant: string): Hone {
    return new Hone({ client: this.#client, lenient: this.#lenient }, this.#connection, new TenantNames(tenant));
  }

  get tenant(): string {
    return this.#names.tenant;
  }

  /**
   * Starts a run, or attaches to it if the same request is already running. A run that has ended is started again and
   * reuses its finished work.
   * @param given A request is validated; a `CheckedRun` has been validated already.
   * @throws Fault `input` listing every error of the request, or if another request is running under the workflow id.
   */
  async start(given: RunRequest | CheckedRun, options: StartOptions = {}): Promise<Started> {
    const { request, input } = checkRun(given);
    const workflowId = this.#names.make(options.workflowId ?? runId(input));
    const title = input.title ?? input.publish.name ?? workflowId;
    const hash = requestHash(input);
    return this.#start({ workflowType: FINE_TUNE, workflowId, title, hash, args: [request] });
  }

  /**
   * Starts an estimate of what the same request to `start` needs, or attaches to it. Follow it like a run. It sends no
   * request to a language model and costs nothing, except for `pilotQuestions`.
   * @throws Fault as `start`.
   */
  async startEstimate(given: RunRequest | CheckedRun, options: EstimateOptions = {}): Promise<Started> {
    const { request, input } = checkRun(given);
    const { pilot = true, pilotQuestions = 0 } = options;
    // The id contains the options, so that an estimate with other options is not refused while this one runs.
    const suffixes = [...(pilot ? [] : ['unmeasured']), ...(pilotQuestions > 0 ? [pilotQuestions] : [])];
    const workflowId = this.#names.make(['estimate', runId(input), ...suffixes].join('-'));
    const name = input.title ?? input.publish.name;
    const title = name === undefined ? workflowId : `estimate of ${name}`;
    const hash = requestHash(input);
    return this.#start({ workflowType: ESTIMATE, workflowId, title, hash, args: [request, options] });
  }

  /**
   * Starts a retraining, or attaches to it if the same request is already running. It checks what has changed since the
   * model in production was promoted, and tunes another model if it is enough.
   * @throws Fault as `start`.
   */
  async retrain(given: RetrainRequest | CheckedRetrain, options: StartOptions = {}): Promise<Started> {
    const { request, input } = checkRetrain(given);
    const workflowId = this.#names.make(options.workflowId ?? retrainId(input));
    const title = input.title ?? input.publish.name;
    return this.#start({ workflowType: RETRAIN, workflowId, title, hash: requestHash(input), args: [request] });
  }

  /**
   * Yields the state and progress of a run about twice a second until it has ended. Continues while no worker is there
   * or the server does not answer, which `notice` then says.
   * @throws Fault `unavailable` if the server does not answer for `serverTimeoutMs`.
   */
  follow(workflowId: string, options: FollowOptions = {}): AsyncGenerator<Followed> {
    return followRun(temporalRun(this.#client, this.#server, this.#names.queue, this.#own(workflowId)), options);
  }

  /** The progress of a run now. `stages` is empty if no worker answers within three seconds. */
  async progress(workflowId: string): Promise<Followed> {
    let last: Followed | undefined;
    for await (last of this.follow(workflowId, { signal: AbortSignal.timeout(3_000) })) {
      if (last.stages.length > 0) break;
    }
    if (last) return last;
    throw new Fault('unavailable', `No Temporal server answers at ${this.#server}.`, 'Try again.');
  }

  /**
   * Pauses a run: its current step stops and keeps its progress, and the worker is free for other runs. Resolves when
   * the step has stopped, or with the state `requested` if that takes longer than `timeoutMs` or no worker is there.
   * @throws Fault `input` if the run has ended.
   */
  pause(workflowId: string, options: ControlOptions = {}): Promise<ControlAnswer> {
    return this.#control.send(this.#own(workflowId), 'pause', options);
  }

  /** Continues a paused run. @throws Fault `input` if it is not paused. */
  resume(workflowId: string, options: ControlOptions = {}): Promise<ControlAnswer> {
    return this.#control.send(this.#own(workflowId), 'resume', options);
  }

  /**
   * Approves what a run waits for or, with `reject`, rejects it.
   * @throws Fault `input` if the run waits for no approval; `unavailable` if no worker answers.
   */
  approve(workflowId: string, approval: Approval = {}): Promise<ControlAnswer> {
    return this.#control.approve(this.#own(workflowId), approval);
  }

  /**
   * Asks a run to stop. It stops at the next training step; its finished work is kept.
   * @throws Fault `input` if the run has ended.
   */
  cancel(workflowId: string): Promise<void> {
    return this.#control.cancel(this.#own(workflowId));
  }

  /**
   * Waits until a run has ended and returns its result.
   * @throws Fault that ended the run, if it failed or was cancelled.
   */
  async result(workflowId: string): Promise<RunResult> {
    return RunResult.parse(await this.#result(workflowId));
  }

  /**
   * Waits until an estimate has ended and returns its result.
   * @throws Fault that ended the estimate, if it failed or was cancelled.
   */
  async estimateResult(workflowId: string): Promise<Estimate> {
    return Estimate.parse(await this.#result(workflowId));
  }

  /**
   * Waits until a retraining has ended and returns its result.
   * @throws Fault that ended the retraining, if it failed or was cancelled.
   */
  async retrained(workflowId: string): Promise<RetrainResult> {
    return RetrainResult.parse(await this.#result(workflowId));
  }

  /** Lists runs and retrainings, latest first. @param options `limit`: default 20. */
  async list({ limit = 20 }: { limit?: number } = {}): Promise<RunSummary[]> {
    return this.#list.latest(limit);
  }

  /**
   * Finds the latest run with this id, or the latest one that publishes this name or has it as its title.
   * @throws Fault `input` if there is none.
   */
  async find(idOrName: string): Promise<RunSummary> {
    return this.#list.find(idOrName);
  }

  /** As `describe` without the request that it was started with, for which Temporal is asked a second time. */
  async summary(workflowId: string): Promise<RunSummary> {
    return summaryOf(await this.#describe(this.#own(workflowId)));
  }

  /**
   * Describes a run, retraining or estimate, with the request that it was started with.
   * @throws Fault `input` if there is none of this id, though there may be a workflow of another kind.
   */
  async describe(workflowId: string): Promise<RunDescription> {
    const description = await this.#describe(this.#own(workflowId));
    const { history } = await this.#call(() =>
      this.#connection.workflowService.getWorkflowExecutionHistory({
        namespace: this.#client.options.namespace,
        execution: { workflowId: description.workflowId, runId: description.runId },
        maximumPageSize: 1,
      }),
    );
    const payloads = history?.events?.[0]?.workflowExecutionStartedEventAttributes?.input?.payloads ?? [];
    const [request] = await decodeArrayFromPayloads(this.#lenient.options.loadedDataConverter, payloads);
    const unreadable = whyUnreadable([request])?.message;
    return { ...summaryOf(description), ...(unreadable === undefined ? { request } : { unreadable }) };
  }

  /** What the runs refer to that are open, or ended within the last hour; for collecting what no run needs. */
  openRuns(): OpenRuns {
    return new OpenRuns(this.#client, this.#server, this.#names.queue, this.#lenient);
  }

  async close(): Promise<void> {
    await this.#connection.close();
  }

  #start(workflow: WorkflowStart): Promise<Started> {
    return startOrAttach(this.#client, this.#server, this.#names.queue, workflow);
  }

  /** The full id of a run of this tenant. @throws Fault `input` if it is one of another tenant. */
  #own(workflowId: string): string {
    const own = this.#names.find(workflowId);
    if (own !== undefined) return own;
    throw noSuchRun(workflowId);
  }

  async #result(id: string): Promise<unknown> {
    const workflowId = this.#own(id);
    const handle: WorkflowHandle = this.#client.workflow.getHandle(workflowId);
    try {
      return await handle.result();
    } catch (error) {
      throw isServiceError(error) ? serviceFault(error, this.#server) : faultOf(error, workflowId);
    }
  }

  async #describe(workflowId: string) {
    const description = await this.#call(() => this.#lenient.workflow.getHandle(workflowId).describe());
    const isRun = [FINE_TUNE, RETRAIN, ESTIMATE].includes(description.type);
    if (isRun && this.#names.hasQueue(description.taskQueue)) return description;
    throw noSuchRun(workflowId);
  }

  async #call<T>(request: () => Promise<T>): Promise<T> {
    try {
      return await this.#connection.withDeadline(Date.now() + REQUEST_MS, request);
    } catch (error) {
      throw serviceFault(error, this.#server);
    }
  }
}
