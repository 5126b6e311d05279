import { ActivityFailure, isCancellation, setCurrentDetails, workflowInfo } from '@temporalio/workflow';
import type { Gate } from '../../core/contracts/control.ts';
import { type Progress, STAGES, type Stage, type StageName, StageProgress } from '../../core/contracts/progress.ts';
import type { StepResult } from '../../core/contracts/step-result.ts';
import { describeHold } from '../../core/run/describe-hold.ts';
import { Control } from './control.ts';
import { Visibility } from './visibility.ts';

/** Begins a step of a stage; called again after a pause. */
type Begin<T> = () => Promise<StepResult<T>>;

/** Does a step within a stage, and gives its output. */
export type Step = <T>(begin: Begin<T>) => Promise<T>;

/** Keeps what the `progress` query answers and what lists and the web UI show; hears what the run is told. */
export class RunProgress {
  readonly #title: string;
  readonly #model: string;
  readonly #control = new Control(() => this.#show());
  readonly #visibility = new Visibility(workflowInfo().memo);
  readonly #stages: Stage[];
  #opened: Promise<void> | undefined;

  constructor(title: string, model: string, stages: readonly StageName[] = STAGES) {
    this.#title = title;
    this.#model = model;
    this.#stages = stages.map((name) => ({ name, state: 'waiting' }));
    this.#visibility.set({ HoneModel: model });
    // `hone list` and `hone show` know a run by its title; one that the Temporal CLI started has none yet.
    this.#visibility.remember('title', title);
    this.#control.listen();
  }

  get progress(): Progress {
    const { hold } = this.#control;
    const paused = (stage: Stage): Stage => (stage.state === 'running' ? { ...stage, state: 'paused' } : stage);
    return {
      title: this.#title,
      model: this.#model,
      stages: hold && hold.state !== 'pausing' ? this.#stages.map(paused) : this.#stages,
      ...(hold && { hold }),
    };
  }

  skip(...names: StageName[]): void {
    for (const name of names) this.note(name, { state: 'skipped' });
  }

  /** All that was done is to be gone through again. */
  restart(): void {
    const anew = { state: 'waiting', summary: undefined, seconds: undefined, progress: undefined } as const;
    for (const stage of this.#stages) if (stage.state !== 'skipped') Object.assign(stage, anew);
    this.#show();
  }

  /** Runs the steps of a stage; the stage is reused if all of them were, and its line is the last one's. */
  async stage<T>(name: StageName, work: (step: Step) => Promise<T>): Promise<T> {
    this.#opened ??= this.#visibility.open();
    await this.#opened;
    let reused = true;
    const seconds = { reused: 0, done: 0 };
    // What it cost when it was gone through before stays spent.
    let cost = this.#stage(name).cost;
    let summary: string | undefined;
    try {
      const result = await work(async (begin) => {
        const outcome = await this.#control.step(begin, {
          begun: () => this.note(name, { state: 'running' }),
          stopped: (error) => this.note(name, { progress: figuresOf(error) }),
        });
        reused &&= outcome.reused;
        seconds[outcome.reused ? 'reused' : 'done'] += outcome.seconds;
        summary = outcome.summary;
        if (outcome.cost !== undefined && !outcome.reused) cost = (cost ?? 0) + outcome.cost;
        return outcome.output;
      });
      const state = reused ? 'reused' : 'done';
      this.note(name, { state, seconds: seconds[state], summary, cost, progress: undefined });
      return result;
    } catch (error) {
      this.note(name, { state: isCancellation(error) ? 'cancelled' : 'failed' });
      throw error;
    }
  }

  /** Waits for a person. @returns why they said no; undefined if they said yes. */
  approval(gate: Gate, note: string): Promise<string | undefined> {
    return this.#control.approval(gate, note);
  }

  /** How good the tuned model is, for lists. */
  hitRate(value: number): void {
    this.#visibility.set({ HoneHitRate: value });
  }

  /** Changes what is known of a stage. */
  note(name: StageName, change: { [K in keyof Stage]?: Stage[K] | undefined }): void {
    Object.assign(this.#stage(name), change);
    this.#show();
  }

  #stage(name: StageName): Stage {
    return this.#stages.find((one) => one.name === name) as Stage;
  }

  #show(): void {
    const { hold, stages } = this.progress;
    setCurrentDetails(this.#asMarkdown());
    this.#visibility.remember('hold', hold === undefined || hold.state === 'pausing' ? null : hold.state);
    const stage = hold?.state === 'pausing' ? undefined : hold?.state;
    const HoneStage = stage ?? stages.findLast(({ state }) => state === 'running')?.name;
    if (HoneStage) this.#visibility.set({ HoneStage });
  }

  #asMarkdown(): string {
    const { title, model, stages, hold } = this.progress;
    const lines = stages.map((stage) => `- **${stage.name}** ${stage.state}${withColon(figures(stage))}`);
    const held = hold ? ['', `**${describeHold(hold, workflowInfo().workflowId)}**`] : [];
    return [`${title} · ${model}`, ...held, '', ...lines].join('\n');
  }
}

function figures({ summary, progress, resultUri }: Stage): string {
  const done = progress && `${progress.done} of ${progress.total} ${progress.unit}`;
  return [summary ?? done, progress?.note, resultUri].filter((part) => part !== undefined).join(' · ');
}

const withColon = (text: string) => (text === '' ? '' : `: ${text}`);

/** How far an activity was when it was stopped: it says so with its cancellation. */
function figuresOf(error: unknown): StageProgress | undefined {
  const details = error instanceof ActivityFailure && (error.cause as { details?: unknown[] } | undefined)?.details;
  return StageProgress.safeParse(details ? details[0] : undefined).data;
}
