import {
  ActivityFailure,
  type ApplicationFailure,
  CancellationScope,
  CancelledFailure,
  condition,
  isCancellation,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow';
import { Approval, type ControlAnswer, type Gate, type Hold } from '../../core/contracts/control.ts';
import { Fault } from '../../core/contracts/fault.ts';
import { describeHold } from '../../core/run/describe-hold.ts';
import { local } from '../activity-proxies.ts';
import {
  approveSignal,
  approveUpdate,
  cancelSignal,
  cancelUpdate,
  pauseSignal,
  pauseUpdate,
  resumeSignal,
  resumeUpdate,
} from '../messages.ts';
import { asFailure } from './failure.ts';

export interface StepListener {
  /** The step starts, or starts again after a pause. */
  onStart(): void;
  /** A pause or the run's cancellation has stopped the step; `error` is what it ended with. */
  onStop(error: unknown): void;
}

/**
 * Pause, resume, cancel and approval of a run.
 *
 * A step is any work that can be cancelled and started again without losing what it did: an activity that keeps a
 * checkpoint, a ledger or a manifest, or a child workflow that consists of such activities. A pause cancels the running
 * step and keeps the next one from starting; a resumed run starts the stopped step again.
 */
export class Control {
  readonly #onChange: () => void;
  #paused = false;
  /** Scopes of the running steps. */
  readonly #running = new Set<CancellationScope>();
  /** The gate at which the run waits for a person. */
  #waiting: { gate: Gate; note: string } | undefined;
  #decision: Approval | undefined;
  /** Gate -> the subject that a person has approved there. */
  readonly #approved = new Map<Gate, string>();

  /** @param onChange called whenever `hold` may have changed. */
  constructor(onChange: () => void) {
    this.#onChange = onChange;
  }

  /** Registers the handlers of all control messages. Messages that arrived before are delivered at once. */
  registerHandlers(): void {
    const pause = 'Stop the running step, which keeps what it has done, and hold the run';
    setHandler(pauseSignal, () => this.#pause(), { description: pause });
    setHandler(
      pauseUpdate,
      async () => {
        this.#pause();
        // A resume during the pause ends the wait too.
        await condition(() => this.#running.size === 0 || !this.#paused);
        return this.#answer();
      },
      { description: `${pause}; answers when the step has stopped` },
    );

    const resume = 'Continue a paused run where it stopped';
    setHandler(resumeSignal, () => this.#resume(), { description: resume });
    setHandler(
      resumeUpdate,
      () => {
        this.#resume();
        return this.#answer();
      },
      { description: resume, validator: () => refuseUnless(this.#paused, 'is not paused') },
    );

    const cancel = 'End the run; the running step writes a checkpoint. The same as cancelling the workflow';
    setHandler(cancelSignal, cancelWorkflow, { description: cancel });
    setHandler(
      cancelUpdate,
      async (): Promise<ControlAnswer> => {
        await cancelWorkflow();
        return { state: 'cancelling', message: 'Cancelling: the current step stops at its next safe point.' };
      },
      { description: cancel },
    );

    const approve = 'Approve what the run waits for; {"reject": "the reason"} rejects it';
    setHandler(
      approveSignal,
      (argument?: Approval) => {
        const { data } = Approval.safeParse(argument ?? {});
        if (data && this.#isWaitingFor(data)) this.#decide(data);
      },
      { description: approve },
    );
    setHandler(
      approveUpdate,
      (argument?: Approval) => {
        this.#decide(Approval.parse(argument ?? {}));
        return this.#answer();
      },
      { description: approve, validator: (argument?: Approval) => this.#validateApproval(argument) },
    );
  }

  /** Why the run does not continue; undefined while it does. */
  get hold(): Hold | undefined {
    if (this.#paused) return { state: this.#running.size > 0 ? 'pausing' : 'paused' };
    return this.#waiting && { state: 'approval', ...this.#waiting };
  }

  /** Runs a step, and runs it again whenever a pause has stopped it. No step starts while the run is paused. */
  async runStep<T>(start: () => Promise<T>, { onStart, onStop }: StepListener): Promise<T> {
    for (;;) {
      while (this.#paused) await condition(() => !this.#paused);
      const scope = new CancellationScope();
      this.#running.add(scope);
      try {
        onStart();
        return await scope.run(start);
      } catch (error) {
        if (!scope.consideredCancelled || !wasStopped(error)) throw error;
        onStop(error);
        // Not a pause but the cancellation of the whole run.
        if (CancellationScope.current().consideredCancelled)
          throw isCancellation(error)
            ? error
            : new CancelledFailure('The step did not confirm its cancellation.', [], error as Error);
      } finally {
        this.#running.delete(scope);
        this.#onChange();
      }
    }
  }

  /**
   * Waits until a person approves or rejects, unless the same has been approved before.
   * @param note what the person decides on, in words.
   * @param subject what the person decides on, as a hash or in words. An approval counts only for the same subject: if
   *   steps were run again and gave another result, the person is asked again.
   * @returns the reason of a rejection; undefined if approved.
   */
  async approval(gate: Gate, note: string, subject: string): Promise<string | undefined> {
    if (this.#approved.get(gate) === subject) return undefined;
    this.#waiting = { gate, note };
    this.#decision = undefined;
    this.#onChange();
    const decision = () => this.#decision;
    try {
      await condition(() => decision() !== undefined);
    } finally {
      this.#waiting = undefined;
      this.#onChange();
    }
    const reject = decision()?.reject;
    if (reject === undefined) this.#approved.set(gate, subject);
    return reject;
  }

  #pause(): void {
    this.#paused = true;
    for (const scope of this.#running) scope.cancel();
    this.#onChange();
  }

  #resume(): void {
    this.#paused = false;
    this.#onChange();
  }

  #decide(approval: Approval): void {
    this.#decision = approval;
    this.#waiting = undefined;
    this.#onChange();
  }

  #isWaitingFor({ gate }: Approval): boolean {
    return this.#waiting !== undefined && (gate === undefined || gate === this.#waiting.gate);
  }

  #validateApproval(argument: unknown): void {
    const { data } = Approval.safeParse(argument ?? {});
    if (data === undefined) throw refusal('was given an invalid approval', 'Give {}, or {"reject": "the reason"}.');
    refuseUnless(this.#isWaitingFor(data), `does not wait for approval${data.gate ? ` of the ${data.gate}` : ''}`);
  }

  #answer(): ControlAnswer {
    const { hold } = this;
    if (hold === undefined) return { state: 'running', message: 'Running.' };
    const message = describeHold(hold, workflowInfo().workflowId);
    return { state: hold.state === 'approval' ? 'running' : hold.state, message };
  }
}

/**
 * Whether a step ended because its cancellation was requested. If its worker died meanwhile, or if it failed while it
 * stopped, the error is not a cancellation: the server does not retry a cancelled activity, but a resumed run does.
 */
function wasStopped(error: unknown): boolean {
  return isCancellation(error) || (error instanceof ActivityFailure && error.retryState === 'CANCEL_REQUESTED');
}

/**
 * Requests the cancellation of this workflow from the server. A workflow that only cancelled its own scopes would end
 * as failed, not as cancelled.
 */
function cancelWorkflow(): Promise<void> {
  const { workflowId, runId } = workflowInfo();
  return CancellationScope.nonCancellable(() => local.requestCancel({ workflowId, runId }));
}

function refuseUnless(allowed: boolean, what: string): void {
  if (!allowed) throw refusal(what, '`hone show` shows its state.');
}

function refusal(what: string, advice: string): ApplicationFailure {
  return asFailure(new Fault('input', `Run ${workflowInfo().workflowId} ${what}.`, advice));
}
