import { randomUUID } from 'node:crypto';
import { type Client, WorkflowFailedError } from '@temporalio/client';
import { TimeoutFailure } from '@temporalio/common';
import { Fault } from '../core/contracts/fault.ts';
import { ListedModel, type RollbackRequest, RolledBack } from '../core/contracts/release.ts';
import { TASK_QUEUES } from '../core/contracts/task-queues.ts';
import { faultOf } from './failure.ts';
import { serviceFault } from './service-fault.ts';

/** A look takes a moment; laying a large model out again may take longer. */
const TIMEOUT_S = { models: 30, rollback: 600 };

/**
 * What is published, and moving a name back. The store is the workers' own, so a worker is asked, through a small
 * workflow; where none answers within half a minute the methods throw a `Fault` of kind `unavailable`.
 */
export class Models {
  readonly #client: Client;
  readonly #server: string;

  constructor(client: Client, server: string) {
    this.#client = client;
    this.#server = server;
  }

  /**
   * Every published name with the version it stands for; or one name with all its versions and moves.
   * @throws Fault `input` if nothing is published under the name.
   */
  async list(name?: string): Promise<ListedModel[]> {
    return ListedModel.array().parse(await this.#execute('models', name === undefined ? {} : { name }));
  }

  /**
   * Makes a name stand for an earlier version again.
   * @throws Fault `input` if there is no such name or version, or if somebody else moved the name meanwhile.
   */
  async rollBack(request: RollbackRequest): Promise<RolledBack> {
    return RolledBack.parse(await this.#execute('rollback', request));
  }

  async #execute(type: keyof typeof TIMEOUT_S, input: object): Promise<unknown> {
    const workflowId = `${type}-${randomUUID()}`;
    const seconds = TIMEOUT_S[type];
    try {
      return await this.#client.workflow.execute(type, {
        workflowId,
        taskQueue: TASK_QUEUES.workflow,
        args: [input],
        workflowExecutionTimeout: seconds * 1000,
      });
    } catch (error) {
      if (!(error instanceof WorkflowFailedError)) throw serviceFault(error, this.#server);
      if (!(error.cause instanceof TimeoutFailure)) throw faultOf(error, workflowId);
      throw new Fault(
        'unavailable',
        `No worker answered within ${seconds} s.`,
        'The workers know what is published; start one with `hone worker`.',
        { cause: error },
      );
    }
  }
}
