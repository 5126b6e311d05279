import { isCancellation, setCurrentDetails } from '@temporalio/workflow';
import type { Outcome } from '../core/contracts/activities.ts';
import { type Progress, STAGES, type Stage, type StageName } from '../core/contracts/progress.ts';

/** Keeps what the `progress` query answers and the web UI shows. */
export class StageBoard {
  readonly progress: Progress;

  constructor(title: string, model: string) {
    this.progress = { title, model, stages: STAGES.map((name) => ({ name, state: 'waiting' })) };
  }

  skip(...names: StageName[]): void {
    for (const name of names) this.update(name, { state: 'skipped' });
  }

  /** Runs the steps of a stage; the stage is reused if all of them were, and its line is the last one's. */
  async run<T>(
    name: StageName,
    work: (step: <O>(outcome: Promise<Outcome<O>>) => Promise<O>) => Promise<T>,
  ): Promise<T> {
    this.update(name, { state: 'running' });
    let reused = true;
    let seconds = 0;
    let summary: string | undefined;
    try {
      const result = await work(async (pending) => {
        const outcome = await pending;
        reused &&= outcome.reused;
        seconds += outcome.seconds;
        summary = outcome.summary;
        return outcome.output;
      });
      this.update(name, { state: reused ? 'reused' : 'done', seconds, ...(summary === undefined ? {} : { summary }) });
      return result;
    } catch (error) {
      this.update(name, { state: isCancellation(error) ? 'cancelled' : 'failed' });
      throw error;
    }
  }

  private update(name: StageName, change: Partial<Stage>): void {
    const stage = this.progress.stages.find((one) => one.name === name);
    Object.assign(stage as Stage, change);
    setCurrentDetails(this.asMarkdown());
  }

  private asMarkdown(): string {
    const lines = this.progress.stages.map(
      ({ name, state, summary }) => `- **${name}** ${state}${summary ? `: ${summary}` : ''}`,
    );
    return [`${this.progress.title} · ${this.progress.model}`, '', ...lines].join('\n');
  }
}
