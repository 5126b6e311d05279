import type { Followed } from '../../client/follow.ts';
import type { Stage, StageName } from '../../core/contracts/progress.ts';
import { describeHold } from '../../core/run/describe-hold.ts';
import { header } from './header.ts';
import { stageLine } from './stage-line.ts';
import type { Terminal } from './terminal.ts';
import type { Attached, ProgressView } from './view.ts';

/** A running stage is heard of this often. */
const EVERY_MS = 5_000;

/** For logs and pipes: a line when a stage begins, ends or changes, and a sign of life while it runs. */
export class PlainView implements ProgressView {
  readonly #terminal: Terminal;
  readonly #now: () => number;
  readonly #states = new Map<StageName, Stage['state']>();
  readonly #since = new Map<StageName, number>();
  #workflowId = '';
  #temporal = '';
  #resumed = false;
  #begun = false;
  #notice: string | undefined;
  #spokeAt = 0;

  constructor(terminal: Terminal, now: () => number = () => performance.now()) {
    this.#terminal = terminal;
    this.#now = now;
  }

  status(line: string): void {
    this.#say(line);
  }

  attach({ workflowId, temporal, resumed }: Attached): void {
    this.#workflowId = workflowId;
    this.#temporal = temporal;
    this.#resumed = resumed;
  }

  update(followed: Followed): void {
    if (!this.#begun && followed.stages.length > 0) {
      this.#begun = true;
      this.#say(header(followed, this.#temporal, this.#resumed));
    }
    for (const stage of followed.stages) {
      const before = this.#states.get(stage.name) ?? 'waiting';
      if (stage.state === 'running' && before !== 'running') this.#since.set(stage.name, this.#now());
      if (stage.state !== before && stage.state !== 'skipped') this.#stage(stage);
      this.#states.set(stage.name, stage.state);
    }
    const { hold, notice = hold && describeHold(hold, this.#workflowId) } = followed;
    if (notice !== this.#notice) {
      this.#notice = notice;
      if (notice !== undefined) this.#say(`  ${notice}`);
    }
    if (followed.state === 'running' && this.#now() - this.#spokeAt >= EVERY_MS) {
      const running = followed.stages.filter(({ state }) => state === 'running');
      for (const stage of running) this.#stage(stage);
      if (running.length === 0) this.#say(`  ${notice ?? 'waiting for the run to begin'}`);
    }
  }

  close(): void {}

  #stage(stage: Stage): void {
    const { columns, style } = this.#terminal;
    const elapsed = (this.#now() - (this.#since.get(stage.name) ?? this.#now())) / 1000;
    this.#say(stageLine(stage, { columns, style, bar: false, elapsed }));
  }

  #say(line: string): void {
    this.#terminal.line(line.trimEnd());
    this.#spokeAt = this.#now();
  }
}
