import { type Client, WorkflowUpdateFailedError, WorkflowUpdateRPCTimeoutOrCancelledError } from '@temporalio/client';
import { WorkflowNotFoundError } from '@temporalio/common';
import type { Approval, ControlAnswer } from '../core/contracts/control.ts';
import { Fault } from '../core/contracts/fault.ts';
import { faultOf } from './failure.ts';
import { summaryOf } from './run-summary.ts';
import { serviceFault } from './service-fault.ts';

/** A worker that is there takes an update up at once, after a replay of the run's history at worst. */
const TAKEN_UP_MS = 10_000;
/** A step of training and its checkpoint take seconds, a large model's up to a minute. */
const PATIENCE_MS = 60_000;
const ANSWER_MS = 10_000;

export interface TellOptions {
  /** Milliseconds to wait for the run to have done so. Default 60,000. */
  patienceMs?: number;
}

/** What a run is told while it goes on, and its answer. */
export class RunControl {
  readonly #client: Client;
  readonly #server: string;

  constructor(client: Client, server: string) {
    this.#client = client;
    this.#server = server;
  }

  /** By update, which is answered; where nobody takes it up, by a signal, which the server keeps until somebody does. */
  async tell(
    workflowId: string,
    told: 'pause' | 'resume',
    { patienceMs = PATIENCE_MS }: TellOptions,
  ): Promise<ControlAnswer> {
    const answer = await this.#update(workflowId, told, {}, patienceMs);
    if (answer) return answer;
    try {
      await this.#within(ANSWER_MS, () => this.#client.workflow.getHandle(workflowId).signal(told));
    } catch (error) {
      throw await this.#refused(error, workflowId);
    }
    return { state: 'requested', message: 'Requested; it takes effect as soon as a worker runs.' };
  }

  /** By update alone: an approval that comes late may meet another gate. */
  async approve(workflowId: string, approval: Approval): Promise<ControlAnswer> {
    const answer = await this.#update(workflowId, 'approve', approval, PATIENCE_MS);
    if (answer) return answer;
    throw new Fault(
      'unavailable',
      `No worker has answered for run ${workflowId}.`,
      'Start `hone worker`, then approve again.',
    );
  }

  async cancel(workflowId: string): Promise<void> {
    try {
      await this.#within(ANSWER_MS, () => this.#client.workflow.getHandle(workflowId).cancel());
    } catch (error) {
      throw await this.#refused(error, workflowId);
    }
  }

  /** @returns undefined if no worker has taken it up. */
  async #update(
    workflowId: string,
    name: string,
    given: object,
    patienceMs: number,
  ): Promise<ControlAnswer | undefined> {
    const handle = this.#client.workflow.getHandle(workflowId);
    let accepted = false;
    try {
      const update = await this.#within(TAKEN_UP_MS, () =>
        handle.startUpdate<ControlAnswer, [object]>(name, { args: [given], waitForStage: 'ACCEPTED' }),
      );
      accepted = true;
      return await this.#within(patienceMs, () => update.result());
    } catch (error) {
      if (error instanceof WorkflowUpdateFailedError) throw faultOf(error.cause, workflowId);
      if (!(error instanceof WorkflowUpdateRPCTimeoutOrCancelledError)) throw await this.#refused(error, workflowId);
      return accepted ? { state: 'requested', message: 'Requested; the current step is stopping.' } : undefined;
    }
  }

  /** To the server a run that has ended and one that never was are the same: neither can be told anything. */
  async #refused(error: unknown, workflowId: string): Promise<Fault> {
    const fault = serviceFault(error, this.#server);
    if (!(error instanceof WorkflowNotFoundError)) return fault;
    const describe = () => this.#client.workflow.getHandle(workflowId).describe();
    const found = await this.#within(ANSWER_MS, describe).catch(() => undefined);
    if (found === undefined) return fault;
    const { state } = summaryOf(found);
    return new Fault('input', `Run ${workflowId} has ended already: ${state}.`, 'Start it again with `hone run`.');
  }

  #within<T>(ms: number, request: () => Promise<T>): Promise<T> {
    return this.#client.connection.withDeadline(Date.now() + ms, request);
  }
}
