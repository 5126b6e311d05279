import { ActivityFailure, isCancellation, setCurrentDetails, workflowInfo } from '@temporalio/workflow';
import type { Gate } from '../../core/contracts/control.ts';
import { type Progress, STAGES, type Stage, type StageName, StageProgress } from '../../core/contracts/progress.ts';
import { type Spending, toCost } from '../../core/contracts/spending.ts';
import type { StepResult } from '../../core/contracts/step-result.ts';
import { describeHold } from '../../core/run/describe-hold.ts';
import { AskingTime } from '../questions/asking-time.ts';
import { Control } from './control.ts';
import { Visibility } from './visibility.ts';

/**
 * Runs one step of a stage and returns its output. `start` is called again if a pause stopped the step.
 * @param summarises whether the stage's summary is that of this step, and not that of its last step.
 */
export type RunStep = <T>(start: () => Promise<StepResult<T>>, summarises?: 'summarises') => Promise<T>;

/**
 * The stages of a run and its steps within them. It keeps what people see of the run (the `progress` query, the details
 * in the web UI, memo and search attributes), and lets people pause, cancel and approve it (`Control`).
 */
export class RunProgress {
  readonly #title: string;
  readonly #model: string;
  readonly #control = new Control(() => this.#publish());
  readonly #visibility = new Visibility(workflowInfo().memo);
  readonly #stages: Stage[];
  /** Here because it outlives a restart of the stages. */
  readonly askingTime = new AskingTime();
  #visibilityOpened: Promise<void> | undefined;

  /** Registers the handlers of the control messages, so a run has one instance and makes it at once. */
  constructor(title: string, model: string, stages: readonly StageName[] = STAGES) {
    this.#title = title;
    this.#model = model;
    this.#stages = stages.map((name) => ({ name, state: 'waiting' }));
    this.#visibility.setAttributes({ HoneModel: model });
    // Clients find a run by the title in its memo. A run that the Temporal CLI started does not have it yet.
    this.#visibility.setMemo('title', title);
    this.#control.registerHandlers();
  }

  /** The answer to the `progress` query. */
  get progress(): Progress {
    const { hold } = this.#control;
    const paused = (stage: Stage): Stage => (stage.state === 'running' ? { ...stage, state: 'paused' } : stage);
    return {
      title: this.#title,
      model: this.#model,
      stages: hold && hold.state !== 'pausing' ? this.#stages.map(paused) : this.#stages,
      hold,
    };
  }

  /** Marks stages that the run does not need. */
  skip(...names: StageName[]): void {
    for (const name of names) this.update(name, { state: 'skipped' });
  }

  /** All stages wait again, as their steps are run again. Costs are kept: that money was spent. */
  restart(): void {
    const none = { summary: undefined, seconds: undefined, finished: undefined, progress: undefined };
    for (const stage of this.#stages) if (stage.state !== 'skipped') Object.assign(stage, none, { state: 'waiting' });
    this.#publish();
  }

  /**
   * Runs a stage. `work` runs its steps, each through its argument. The stage counts as reused if all steps were; its
   * summary is that of the step that summarises it, or else of the last step.
   */
  async stage<T>(name: StageName, work: (runStep: RunStep) => Promise<T>): Promise<T> {
    this.#visibilityOpened ??= this.#visibility.open();
    await this.#visibilityOpened;
    let reused = true;
    const seconds = { reused: 0, done: 0 };
    // What a run has paid for a stage counts from its start, however often its steps are run.
    let { cost } = this.#stage(name);
    let summary: string | undefined;
    let summarised = false;
    const finished: string[] = [];
    try {
      const result = await work(async (start, summarises) => {
        const step = await this.#control.runStep(start, {
          // The progress of an attempt that was stopped is not that of the next one, nor of another step. Without an
          // empty list, which the Temporal CLI prints as null.
          onStart: () =>
            this.update(name, { state: 'running', progress: undefined, ...(finished.length > 0 && { finished }) }),
          // A step that had not begun says nothing of those that had.
          onStop: (error) => this.update(name, { progress: lastProgress(error) ?? this.#stage(name).progress }),
        });
        reused &&= step.reused;
        seconds[step.reused ? 'reused' : 'done'] += step.seconds;
        if (summarises || !summarised) summary = step.summary;
        summarised ||= summarises !== undefined;
        if (!step.reused && step.summary !== undefined) {
          finished.push(step.summary);
          this.update(name, { finished });
        }
        if (step.cost !== undefined && !step.reused) ({ cost } = step);
        return step.output;
      });
      const state = reused ? 'reused' : 'done';
      this.update(name, { state, seconds: seconds[state], summary, cost, progress: undefined });
      return result;
    } catch (error) {
      this.update(name, { state: isCancellation(error) ? 'cancelled' : 'failed' });
      throw error;
    }
  }

  /**
   * Waits for a person at a gate; see `Control.approval`.
   * @returns the reason of a rejection; undefined if approved.
   */
  approval(gate: Gate, note: string, subject = note): Promise<string | undefined> {
    return this.#control.approval(gate, note, subject);
  }

  /** Sets what the run has paid for questions: of a run that does not end well, it is stated nowhere else. */
  setSpending(spending: Spending): void {
    const { cost } = spending;
    if (cost !== undefined) this.update('questions', { cost });
    this.#visibility.setMemo('cost', toCost(spending));
  }

  /** Sets the hit rate of the tuned model, by which lists can be sorted. */
  setHitRate(value: number): void {
    this.#visibility.setAttributes({ HoneHitRate: value });
  }

  update(name: StageName, change: Partial<Stage>): void {
    Object.assign(this.#stage(name), change);
    this.#publish();
  }

  #stage(name: StageName): Stage {
    const stage = this.#stages.find((one) => one.name === name);
    if (!stage) throw new RangeError(`this workflow has no stage ${name}`);
    return stage;
  }

  /** Writes memo, search attributes and the details in the web UI. */
  #publish(): void {
    const { hold, stages } = this.progress;
    setCurrentDetails(this.#asMarkdown());
    // A run that is pausing still runs.
    const holdState = hold?.state === 'pausing' ? undefined : hold?.state;
    this.#visibility.setMemo('hold', holdState ?? null);
    const HoneStage = holdState ?? stages.findLast(({ state }) => state === 'running')?.name;
    if (HoneStage) this.#visibility.setAttributes({ HoneStage });
  }

  #asMarkdown(): string {
    const { title, model, stages, hold } = this.progress;
    const lines = stages.map((stage) => `- **${stage.name}** ${stage.state}${withColon(describeStage(stage))}`);
    const held = hold ? ['', `**${describeHold(hold, workflowInfo().workflowId)}**`] : [];
    return [`${title} · ${model}`, ...held, '', ...lines].join('\n');
  }
}

function describeStage({ summary, progress, resultUri }: Stage): string {
  const done = progress && `${progress.done} of ${progress.total} ${progress.unit}`;
  return [summary ?? done, progress?.note, resultUri].filter((part) => part !== undefined).join(' · ');
}

const withColon = (text: string) => (text === '' ? '' : `: ${text}`);

/** The last progress of a step that was stopped: its activity sends it with the cancellation. */
function lastProgress(error: unknown): StageProgress | undefined {
  const details = error instanceof ActivityFailure && (error.cause as { details?: unknown[] } | undefined)?.details;
  return StageProgress.safeParse(details ? details[0] : undefined).data;
}
