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
import { own } from '../activity-proxies.ts';
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

export interface StepHooks {
  /** It begins, or begins again after a pause. */
  begun(): void;
  /** It was stopped, by a pause or by the run's cancellation; `error` is what it ended with. */
  stopped(error: unknown): void;
}

/**
 * What people may do to a run while it goes on. A step is anything that can be cancelled and begun again, going on where
 * it was: an activity with a checkpoint, a ledger or a manifest, or a child workflow made of such.
 */
export class Control {
  readonly #onChange: () => void;
  #paused = false;
  readonly #atWork = new Set<CancellationScope>();
  #waiting: { gate: Gate; note: string } | undefined;
  #decision: Approval | undefined;
  /** What was let through, by what the person was shown. */
  readonly #approved = new Map<Gate, string>();

  /** @param onChange Called whenever `hold` may have changed. */
  constructor(onChange: () => void) {
    this.#onChange = onChange;
  }

  /** From now on the run hears what it is told, and at once what it was told before. */
  listen(): void {
    const pause = 'Stop the step at work, which keeps what it has, and hold the run';
    setHandler(pauseSignal, () => this.#pause(), { description: pause });
    setHandler(
      pauseUpdate,
      async () => {
        this.#pause();
        await condition(() => this.#atWork.size === 0 || !this.#paused);
        return this.#answer();
      },
      { description: `${pause}; answers when the step has stopped` },
    );

    const resume = 'Let a paused run go on where it was';
    setHandler(resumeSignal, () => this.#resume(), { description: resume });
    setHandler(
      resumeUpdate,
      () => {
        this.#resume();
        return this.#answer();
      },
      { description: resume, validator: () => refuseUnless(this.#paused, 'is not paused') },
    );

    const cancel = 'Stop for good, with a checkpoint: the same as cancelling the workflow';
    setHandler(cancelSignal, cancelThis, { description: cancel });
    setHandler(
      cancelUpdate,
      async (): Promise<ControlAnswer> => {
        await cancelThis();
        return { state: 'cancelling', message: 'Stopping for good: the step at work stops at its next safe point.' };
      },
      { description: cancel },
    );

    const approve = 'Let the run through the gate at which it waits; {"reject": "why not"} turns it away';
    setHandler(
      approveSignal,
      (given?: Approval) => {
        const { data } = Approval.safeParse(given ?? {});
        if (data && this.#awaits(data)) this.#decide(data);
      },
      { description: approve },
    );
    setHandler(
      approveUpdate,
      (given?: Approval) => {
        this.#decide(Approval.parse(given ?? {}));
        return this.#answer();
      },
      { description: approve, validator: (given?: Approval) => this.#validate(given) },
    );
  }

  get hold(): Hold | undefined {
    if (this.#paused) return { state: this.#atWork.size > 0 ? 'pausing' : 'paused' };
    return this.#waiting && { state: 'approval', ...this.#waiting };
  }

  /** Does a step, as often as it takes until no pause has stopped it; none is begun while the run is paused. */
  async step<T>(work: () => Promise<T>, { begun, stopped }: StepHooks): Promise<T> {
    for (;;) {
      while (this.#paused) await condition(() => !this.#paused);
      const scope = new CancellationScope();
      this.#atWork.add(scope);
      try {
        begun();
        return await scope.run(work);
      } catch (error) {
        if (!scope.consideredCancelled || !isStop(error)) throw error;
        stopped(error);
        if (CancellationScope.current().consideredCancelled)
          throw isCancellation(error)
            ? error
            : new CancelledFailure('The step had to be given up.', [], error as Error);
      } finally {
        this.#atWork.delete(scope);
        this.#onChange();
      }
    }
  }

  /**
   * Waits for a person, unless they have said yes to the same before.
   * @param note what they decide on: a yes to something else is none to this.
   * @returns why they said no; undefined if they said yes.
   */
  async approval(gate: Gate, note: string): Promise<string | undefined> {
    if (this.#approved.get(gate) === note) return undefined;
    this.#waiting = { gate, note };
    this.#decision = undefined;
    this.#onChange();
    try {
      await condition(() => this.#decision !== undefined);
    } finally {
      this.#waiting = undefined;
      this.#onChange();
    }
    const { reject } = this.#decision as unknown as Approval;
    if (reject === undefined) this.#approved.set(gate, note);
    return reject;
  }

  #pause(): void {
    this.#paused = true;
    for (const scope of this.#atWork) scope.cancel();
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

  #awaits({ gate }: Approval): boolean {
    return this.#waiting !== undefined && (gate === undefined || gate === this.#waiting.gate);
  }

  #validate(given: unknown): void {
    const { data } = Approval.safeParse(given ?? {});
    if (data === undefined)
      throw refusal('was given an approval that makes no sense', 'Give {}, or {"reject": "the reason"}.');
    refuseUnless(this.#awaits(data), `does not wait for approval${data.gate ? ` of the ${data.gate}` : ''}`);
  }

  #answer(): ControlAnswer {
    const { hold } = this;
    if (hold === undefined) return { state: 'running', message: 'It goes on.' };
    const message = describeHold(hold, workflowInfo().workflowId);
    return { state: hold.state === 'approval' ? 'running' : hold.state, message };
  }
}

/**
 * Whether a step ended because it was told to. One whose worker died meanwhile, or which failed as it stopped, is not
 * tried again by the server, and could be, by us.
 */
function isStop(error: unknown): boolean {
  return isCancellation(error) || (error instanceof ActivityFailure && error.retryState === 'CANCEL_REQUESTED');
}

/** A workflow that only cancels its own scopes would count as failed; one that asks the server counts as cancelled. */
function cancelThis(): Promise<void> {
  const { workflowId, runId } = workflowInfo();
  return CancellationScope.nonCancellable(() => own.requestCancel({ workflowId, runId }));
}

function refuseUnless(fits: boolean, what: string): void {
  if (!fits) throw refusal(what, '`hone show` says how far it is.');
}

function refusal(what: string, advice: string): ApplicationFailure {
  return asFailure(new Fault('input', `Run ${workflowInfo().workflowId} ${what}.`, advice));
}
