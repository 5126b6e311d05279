import { Client, type Connection, type WorkflowHandle } from '@temporalio/client';
import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import { decodeArrayFromPayloads } from '@temporalio/common/lib/internal-non-workflow/index.js';
import type { Approval, ControlAnswer } from '../core/contracts/control.ts';
import { Estimate, type EstimateOptions } from '../core/contracts/estimate.ts';
import { Fault } from '../core/contracts/fault.ts';
import { type RetrainRequest, RetrainResult } from '../core/contracts/retrain.ts';
import type { RunRequest } from '../core/contracts/run-input.ts';
import { RunResult } from '../core/contracts/run-result.ts';
import { TASK_QUEUES } from '../core/contracts/task-queues.ts';
import { type CheckedRetrain, type CheckedRun, checkRetrain, checkRun } from '../core/run/parse-input.ts';
import { type ConnectOptions, openConnection } from './connection.ts';
import { faultOf } from './failure.ts';
import { type Followed, type FollowOptions, followRun } from './follow.ts';
import { Models } from './models.ts';
import { RunControl, type TellOptions } from './run-control.ts';
import { requestHash, retrainId, runId, slug } from './run-id.ts';
import { type RunDescription, type RunSummary, summaryOf } from './run-summary.ts';
import { Schedules } from './schedules.ts';
import { serviceFault } from './service-fault.ts';
import { temporalRun } from './temporal-run.ts';

const WORKFLOW = 'fineTune';
const RETRAIN = 'retrain';
const OURS = `WorkflowType IN ('${WORKFLOW}', '${RETRAIN}')`;
const ESTIMATE = 'estimate';

export interface StartOptions {
  /** Default: a name (`publish.name`, `title` or the folder) and eight hex digits of a hash of the request. */
  workflowId?: string;
}

export interface Started {
  workflowId: string;
  runId: string;
  /** The same request was already running; nothing was started. */
  attached: boolean;
}

/**
 * A client of fine-tuning runs on a Temporal server. Every method throws a `Fault`: `unavailable` if the server does
 * not answer, `credentials` if it refuses, `input` if there is no such run.
 *
 * ```ts
 * const hone = await Hone.connect();
 * const { workflowId } = await hone.start({ documents: ['/srv/handbook'] });
 * for await (const { stages } of hone.follow(workflowId)) show(stages);
 * const { modelUri } = await hone.result(workflowId);
 * await hone.close();
 * ```
 */
export class Hone {
  readonly #client: Client;
  readonly #connection: Connection;
  readonly #server: string;
  readonly #control: RunControl;
  /** Retrainings that Temporal starts by itself. */
  readonly schedules: Schedules;
  /** What is published. */
  readonly models: Models;

  private constructor(connection: Connection, namespace: string | undefined) {
    this.#connection = connection;
    this.#server = connection.options.address;
    this.#client = new Client({ connection, ...(namespace === undefined ? {} : { namespace }) });
    this.#control = new RunControl(this.#client, this.#server);
    this.schedules = new Schedules(this.#client, this.#server);
    this.models = new Models(this.#client, this.#server);
  }

  /** @throws Fault `unavailable` if no server answers within five seconds. */
  static async connect(options: ConnectOptions = {}): Promise<Hone> {
    const { connection, namespace } = await openConnection(options);
    return new Hone(connection, namespace);
  }

  /**
   * Starts a run, or attaches to it if the very same request is already running. A run that has ended is started
   * again; what it had finished is reused.
   * @throws Fault `input` naming every fault of the request; or if the given id belongs to another running request.
   */
  async start(given: RunRequest | CheckedRun, options: StartOptions = {}): Promise<Started> {
    const { request, input } = checkRun(given);
    const workflowId = options.workflowId ?? runId(input);
    const title = input.title ?? input.publish.name ?? workflowId;
    return this.#start(WORKFLOW, { workflowId, title, hash: requestHash(input), args: [request] });
  }

  /**
   * Starts an estimate of what the same request to `start` would take, or attaches to it; to be followed like a run. Nobody is asked and
   * nothing is paid for, but for `pilotQuestions`.
   * @throws Fault `input` naming every fault of the request.
   */
  async startEstimate(given: RunRequest | CheckedRun, options: EstimateOptions = {}): Promise<Started> {
    const { request, input } = checkRun(given);
    const { pilot = true, pilotQuestions = 0 } = options;
    const kind = [...(pilot ? [] : ['unmeasured']), ...(pilotQuestions > 0 ? [pilotQuestions] : [])];
    // Other options make another estimate, so that one which was left behind is in nobody's way.
    const workflowId = ['estimate', runId(input), ...kind].join('-');
    const name = input.title ?? input.publish.name;
    const title = name === undefined ? workflowId : `estimate of ${name}`;
    const hash = requestHash(input);
    return this.#start(ESTIMATE, { workflowId, title, hash, args: [request, options] });
  }

  /**
   * Looks once at what has changed since the model in production was promoted, and retrains if it is enough; attaches
   * to the very same request if that is running.
   * @throws Fault as `start`.
   */
  async retrain(given: RetrainRequest | CheckedRetrain, options: StartOptions = {}): Promise<Started> {
    const { request, input } = checkRetrain(given);
    const workflowId = options.workflowId ?? retrainId(input);
    const title = input.title ?? input.publish.name;
    return this.#start(RETRAIN, { workflowId, title, hash: requestHash(input), args: [request] });
  }

  /**
   * How far a run is, about twice a second until it has ended. Goes on while no worker is there and while the server
   * is away for a while; `notice` then says so.
   */
  follow(workflowId: string, options: FollowOptions = {}): AsyncGenerator<Followed> {
    return followRun(temporalRun(this.#client, this.#server, TASK_QUEUES.workflow, workflowId), options);
  }

  /** How far a run is now. Without a worker that answers within three seconds, `stages` is empty. */
  async progress(workflowId: string): Promise<Followed> {
    let last: Followed | undefined;
    for await (last of this.follow(workflowId, { signal: AbortSignal.timeout(3_000) })) {
      if (last.stages.length > 0) break;
    }
    if (last) return last;
    throw new Fault('unavailable', `No Temporal server answers at ${this.#server}.`, 'Try again.');
  }

  /**
   * Stops the step at work, which keeps what it has, and holds the run there; its slot is free for others meanwhile.
   * Answers when the step has stopped, or `asked` where this takes longer than `patienceMs` or no worker is there.
   * @throws Fault `input` if the run has ended.
   */
  pause(workflowId: string, options: TellOptions = {}): Promise<ControlAnswer> {
    return this.#control.tell(workflowId, 'pause', options);
  }

  /** Lets a paused run go on where it was. @throws Fault `input` if it is not paused. */
  resume(workflowId: string, options: TellOptions = {}): Promise<ControlAnswer> {
    return this.#control.tell(workflowId, 'resume', options);
  }

  /**
   * Lets a run through the gate at which it waits, or, with `reject`, turns it away.
   * @throws Fault `input` if it waits for no approval; `unavailable` if no worker is there to hear it.
   */
  approve(workflowId: string, approval: Approval = {}): Promise<ControlAnswer> {
    return this.#control.approve(workflowId, approval);
  }

  /**
   * Asks a run to stop for good; it stops at the next step of training, with what it has finished kept.
   * @throws Fault `input` if the run has ended.
   */
  cancel(workflowId: string): Promise<void> {
    return this.#control.cancel(workflowId);
  }

  /**
   * Waits until the run has ended.
   * @throws Fault the very one that ended the run, if it failed or was cancelled.
   */
  async result(workflowId: string): Promise<RunResult> {
    return RunResult.parse(await this.#result(workflowId));
  }

  /**
   * Waits until an estimate has ended.
   * @throws Fault the very one that ended it, if it failed or was cancelled.
   */
  async estimateResult(workflowId: string): Promise<Estimate> {
    return Estimate.parse(await this.#result(workflowId));
  }

  /** The same of a retraining. */
  async retrained(workflowId: string): Promise<RetrainResult> {
    return RetrainResult.parse(await this.#result(workflowId));
  }

  /** Runs and retrainings, latest first. `limit` defaults to 20. */
  async list({ limit = 20 }: { limit?: number } = {}): Promise<RunSummary[]> {
    return this.#list(OURS, limit);
  }

  /** The latest run with this id, or published or titled under this name. */
  async find(idOrName: string): Promise<RunSummary> {
    const quoted = idOrName.replaceAll("'", "''");
    const start = slug(idOrName).replaceAll("'", "''");
    const candidates = await this.#list(
      `${OURS} AND (WorkflowId = '${quoted}' OR WorkflowId STARTS_WITH '${start}-')`,
      100,
    );
    const found =
      candidates.find(({ workflowId }) => workflowId === idOrName) ??
      candidates.find(({ workflowId }) => workflowId.replace(/-[0-9a-f]{8}$/, '') === slug(idOrName)) ??
      candidates.find(({ title }) => title === idOrName);
    if (found) return found;
    throw new Fault('input', `There is no run ${idOrName}.`, '`hone list` shows the runs there are.');
  }

  async describe(workflowId: string): Promise<RunDescription> {
    const description = await this.#describe(workflowId);
    const { history } = await this.#call(() =>
      this.#connection.workflowService.getWorkflowExecutionHistory({
        namespace: this.#client.options.namespace,
        execution: { workflowId, runId: description.runId },
        maximumPageSize: 1,
      }),
    );
    const payloads = history?.events?.[0]?.workflowExecutionStartedEventAttributes?.input?.payloads ?? [];
    const [request] = await decodeArrayFromPayloads(this.#client.options.loadedDataConverter, payloads);
    return { ...summaryOf(description), request };
  }

  async close(): Promise<void> {
    await this.#connection.close();
  }

  async #start(
    workflow: string,
    { workflowId, title, hash, args }: { workflowId: string; title: string; hash: string; args: unknown[] },
  ): Promise<Started> {
    try {
      const handle = await this.#client.workflow.start(workflow, {
        workflowId,
        taskQueue: TASK_QUEUES.workflow,
        args,
        // FAIL rather than USE_EXISTING: the failure is how we learn that the run was there already.
        workflowIdConflictPolicy: 'FAIL',
        workflowIdReusePolicy: 'ALLOW_DUPLICATE',
        memo: { title, request: hash },
        staticSummary: title,
      });
      return { workflowId, runId: handle.firstExecutionRunId, attached: false };
    } catch (error) {
      if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw serviceFault(error, this.#server);
    }
    const running = await this.#describe(workflowId);
    if (running.memo?.request !== undefined && running.memo.request !== hash) {
      throw new Fault(
        'input',
        `Another request is running under the id ${workflowId}.`,
        'Choose another id, wait for it, or cancel it.',
      );
    }
    return { workflowId, runId: running.runId, attached: true };
  }

  async #result(workflowId: string): Promise<unknown> {
    const handle: WorkflowHandle = this.#client.workflow.getHandle(workflowId);
    try {
      return await handle.result();
    } catch (error) {
      throw isOfTheService(error) ? serviceFault(error, this.#server) : faultOf(error, workflowId);
    }
  }

  #describe(workflowId: string) {
    return this.#call(() => this.#client.workflow.getHandle(workflowId).describe());
  }

  async #list(query: string, limit: number): Promise<RunSummary[]> {
    return this.#call(async () => {
      const runs: RunSummary[] = [];
      for await (const info of this.#client.workflow.list({ query, pageSize: Math.min(limit, 1000) })) {
        runs.push(summaryOf(info));
        if (runs.length >= limit) break;
      }
      return runs;
    });
  }

  async #call<T>(request: () => Promise<T>): Promise<T> {
    try {
      return await this.#within(10_000, request);
    } catch (error) {
      throw serviceFault(error, this.#server);
    }
  }

  #within<T>(ms: number, request: () => Promise<T>): Promise<T> {
    return this.#connection.withDeadline(Date.now() + ms, request);
  }
}

function isOfTheService(error: unknown): boolean {
  return (
    error instanceof Error && ['ServiceError', 'WorkflowNotFoundError', 'NamespaceNotFoundError'].includes(error.name)
  );
}
