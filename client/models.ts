import { randomUUID } from 'node:crypto';
import { type Client, WorkflowFailedError } from '@temporalio/client';
import { TimeoutFailure } from '@temporalio/common';
import { Fault } from '../core/contracts/fault.ts';
import { ListedModel, type RollbackRequest, RolledBack } from '../core/contracts/release.ts';
import { faultOf } from './failure.ts';
import { serviceFault } from './service-fault.ts';
import type { TenantNames } from './tenant-names.ts';

/** Reading the registry takes a moment; a rollback may have to write a large model's folder again. */
const TIMEOUT_S = { models: 30, rollback: 600 };

/**
 * The model registry. Only workers have access to its store, so each method executes a small workflow and throws a
 * Fault `unavailable` if no worker has answered in time: 30 s for `list`, 10 min for `rollBack`.
 */
export class Models {
  readonly #client: Client;
  readonly #server: string;
  readonly #names: TenantNames;

  constructor(client: Client, server: string, names: TenantNames) {
    this.#client = client;
    this.#server = server;
    this.#names = names;
  }

  /**
   * Lists the published names with their current versions; or one name with all its versions and events.
   * @throws Fault `input` if there is no such name.
   */
  async list(name?: string): Promise<ListedModel[]> {
    return ListedModel.array().parse(await this.#execute('models', name === undefined ? {} : { name }));
  }

  /**
   * Makes a name stand for an earlier version again.
   * @throws Fault `input` if there is no such name or version, or if the name has changed since it was read
   * (`expected`).
   */
  async rollBack(request: RollbackRequest): Promise<RolledBack> {
    return RolledBack.parse(await this.#execute('rollback', request));
  }

  async #execute(type: keyof typeof TIMEOUT_S, input: object): Promise<unknown> {
    const workflowId = this.#names.make(`${type}-${randomUUID()}`);
    const seconds = TIMEOUT_S[type];
    try {
      return await this.#client.workflow.execute(type, {
        workflowId,
        taskQueue: this.#names.queue,
        args: [input],
        workflowExecutionTimeout: seconds * 1000,
      });
    } catch (error) {
      if (!(error instanceof WorkflowFailedError)) throw serviceFault(error, this.#server);
      if (!(error.cause instanceof TimeoutFailure)) throw faultOf(error, workflowId);
      throw new Fault(
        'unavailable',
        `No worker answered within ${seconds} s.`,
        'Only workers can read the model registry: start `hone worker`.',
        { cause: error },
      );
    }
  }
}
