import {
  type ConnectionLike,
  type WorkflowHandle,
  WorkflowUpdateFailedError,
  WorkflowUpdateRPCTimeoutOrCancelledError,
} from '@temporalio/client';
import { WorkflowNotFoundError } from '@temporalio/common';
import type { Approval, ControlAnswer } from '../core/contracts/control.ts';
import { Fault } from '../core/contracts/fault.ts';
import { faultOf } from './failure.ts';
import { type DescribedRun, summaryOf } from './run-summary.ts';
import { serviceFault } from './service-fault.ts';

/** A worker accepts an update at once, or after replaying the run's history. */
const ACCEPT_MS = 10_000;
/** A training step and its checkpoint take seconds; those of a large model up to a minute. */
const EFFECT_MS = 60_000;
/** Time for any other answer of the server. */
const ANSWER_MS = 10_000;

export interface ControlOptions {
  /** Milliseconds to wait until the request has taken effect. Default: 60,000. */
  timeoutMs?: number;
}

/** The part of Temporal's client that `RunControl` uses. */
export interface ControlClient {
  readonly connection: Pick<ConnectionLike, 'withDeadline'>;
  readonly workflow: { getHandle(workflowId: string): ControlHandle };
}

interface ControlHandle extends Pick<WorkflowHandle, 'startUpdate' | 'signal' | 'cancel'> {
  describe(): Promise<DescribedRun>;
}

/** Requests to a running workflow: pause, resume, approve, cancel. */
export class RunControl {
  readonly #client: ControlClient;
  readonly #server: string;
  readonly #lenient: ControlClient;

  /** @param lenient describes also what `client` cannot decrypt. */
  constructor(client: ControlClient, server: string, lenient: ControlClient = client) {
    this.#client = client;
    this.#server = server;
    this.#lenient = lenient;
  }

  /**
   * Sends an update, which the run answers. If no worker accepts it in time, sends a signal instead, which the server
   * keeps until a worker handles it.
   * @throws Fault `input` if the run has ended or refuses the request.
   */
  async send(
    workflowId: string,
    request: 'pause' | 'resume',
    { timeoutMs = EFFECT_MS }: ControlOptions = {},
  ): Promise<ControlAnswer> {
    const answer = await this.#update(workflowId, request, {}, timeoutMs);
    if (answer) return answer;
    try {
      await this.#within(ANSWER_MS, () => this.#client.workflow.getHandle(workflowId).signal(request));
    } catch (error) {
      throw await this.#faultOf(error, workflowId);
    }
    return { state: 'requested', message: 'Requested; it takes effect as soon as a worker runs.' };
  }

  /**
   * Sends an update, never a signal: a signal that is handled late could approve the next gate.
   * @throws Fault `input` if the run waits for no approval; `unavailable` if no worker accepts the update.
   */
  async approve(workflowId: string, approval: Approval): Promise<ControlAnswer> {
    const answer = await this.#update(workflowId, 'approve', approval, EFFECT_MS);
    if (answer) return answer;
    throw new Fault(
      'unavailable',
      `No worker has answered for run ${workflowId}.`,
      'Start `hone worker`, then approve again.',
    );
  }

  /** @throws Fault `input` if the run has ended. */
  async cancel(workflowId: string): Promise<void> {
    try {
      await this.#within(ANSWER_MS, () => this.#client.workflow.getHandle(workflowId).cancel());
    } catch (error) {
      throw await this.#faultOf(error, workflowId);
    }
  }

  /** @returns undefined if no worker has accepted the update. */
  async #update(
    workflowId: string,
    name: string,
    argument: object,
    timeoutMs: number,
  ): Promise<ControlAnswer | undefined> {
    const handle = this.#client.workflow.getHandle(workflowId);
    let accepted = false;
    try {
      const update = await this.#within(ACCEPT_MS, () =>
        handle.startUpdate<ControlAnswer, [object]>(name, { args: [argument], waitForStage: 'ACCEPTED' }),
      );
      accepted = true;
      return await this.#within(timeoutMs, () => update.result());
    } catch (error) {
      if (error instanceof WorkflowUpdateFailedError) throw faultOf(error.cause, workflowId);
      if (!(error instanceof WorkflowUpdateRPCTimeoutOrCancelledError)) throw await this.#faultOf(error, workflowId);
      return accepted ? { state: 'requested', message: 'Requested; the current step is stopping.' } : undefined;
    }
  }

  /** The server reports a run that has ended as not found. This tells it from a run that never existed. */
  async #faultOf(error: unknown, workflowId: string): Promise<Fault> {
    const fault = serviceFault(error, this.#server);
    if (!(error instanceof WorkflowNotFoundError)) return fault;
    const describe = () => this.#lenient.workflow.getHandle(workflowId).describe();
    const found = await this.#within(ANSWER_MS, describe).catch(() => undefined);
    if (found === undefined) return fault;
    const { state } = summaryOf(found);
    return new Fault('input', `Run ${workflowId} has ended already: ${state}.`, 'Start it again with `hone run`.');
  }

  #within<T>(ms: number, request: () => Promise<T>): Promise<T> {
    return this.#client.connection.withDeadline(Date.now() + ms, request);
  }
}
