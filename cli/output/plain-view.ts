import type { Followed } from '../../client/follow.ts';
import type { Stage, StageName } from '../../core/contracts/progress.ts';
import { describeHold } from '../../core/run/describe-hold.ts';
import { t } from '../i18n/translate.ts';
import { header } from './header.ts';
import { stageLine } from './stage-line.ts';
import type { Terminal } from './terminal.ts';
import type { Attached, ProgressView } from './view.ts';

/** The longest time without a line while a run is running. */
const SILENCE_MS = 5_000;

/**
 * For logs and pipes: a line whenever a stage starts or ends or one of its steps ends, and at least every five seconds
 * while it runs.
 */
export class PlainView implements ProgressView {
  readonly #terminal: Terminal;
  readonly #now: () => number;
  readonly #states = new Map<StageName, Stage['state']>();
  readonly #since = new Map<StageName, number>();
  /** Number of finished steps that have been printed. */
  readonly #steps = new Map<StageName, number>();
  #workflowId = '';
  #temporal = '';
  #resumed = false;
  #headerPrinted = false;
  #notice: string | undefined;
  #printedAt = 0;

  constructor(terminal: Terminal, now: () => number = () => performance.now()) {
    this.#terminal = terminal;
    this.#now = now;
  }

  status(line: string): void {
    this.#print(t(line));
  }

  attach({ workflowId, temporal, resumed }: Attached): void {
    this.#workflowId = workflowId;
    this.#temporal = temporal;
    this.#resumed = resumed;
  }

  update(followed: Followed): void {
    if (!this.#headerPrinted && followed.stages.length > 0) {
      this.#headerPrinted = true;
      this.#print(header(followed, this.#temporal, this.#resumed));
    }
    for (const stage of followed.stages) {
      const before = this.#states.get(stage.name) ?? 'waiting';
      const changed = stage.state !== before && stage.state !== 'skipped';
      const starts = changed && stage.state === 'running';
      if (starts) {
        this.#since.set(stage.name, this.#now());
        this.#printStage(stage);
      }
      this.#printSteps(stage);
      if (changed && !starts) this.#printStage(stage);
      this.#states.set(stage.name, stage.state);
    }
    const { hold, notice = hold && describeHold(hold, this.#workflowId) } = followed;
    if (notice !== this.#notice) {
      this.#notice = notice;
      if (notice !== undefined) this.#print(t(`  ${notice}`));
    }
    if (followed.state === 'running' && this.#now() - this.#printedAt >= SILENCE_MS) {
      const running = followed.stages.filter(({ state }) => state === 'running');
      for (const stage of running) this.#printStage(stage);
      if (running.length === 0) this.#print(t(`  ${notice ?? 'Waiting for the run to start.'}`));
    }
  }

  close(): void {}

  #printSteps({ name, state, summary, finished = [] }: Stage): void {
    const { columns, style } = this.#terminal;
    // The line of a finished stage says what its last step says.
    const steps = state !== 'running' && finished.at(-1) === summary ? finished.slice(0, -1) : finished;
    for (const step of steps.slice(this.#steps.get(name) ?? 0))
      this.#print(stageLine({ name, state: 'done', summary: step }, { columns, style, bar: false }));
    this.#steps.set(name, steps.length);
  }

  #printStage(stage: Stage): void {
    const { columns, style } = this.#terminal;
    const elapsed = (this.#now() - (this.#since.get(stage.name) ?? this.#now())) / 1000;
    this.#print(stageLine(stage, { columns, style, bar: false, elapsed }));
  }

  #print(line: string): void {
    this.#terminal.line(line.trimEnd());
    this.#printedAt = this.#now();
  }
}
