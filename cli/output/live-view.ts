import { createLogUpdate } from 'log-update';
import type { Followed } from '../../client/follow.ts';
import type { StageName } from '../../core/contracts/progress.ts';
import { describeHold } from '../../core/run/describe-hold.ts';
import { t } from '../i18n/translate.ts';
import { duration, truncate } from './format.ts';
import { header } from './header.ts';
import { stageLine } from './stage-line.ts';
import type { Terminal } from './terminal.ts';
import type { Attached, ProgressView } from './view.ts';

const SPINNER = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];
const FRAME_MS = 120;

/** State that a frame is drawn from. */
export interface Scene extends Attached {
  status: string;
  followed?: Followed | undefined;
  /** When each stage was first seen running. Times are in milliseconds of `performance.now()`. */
  since: ReadonlyMap<StageName, number>;
  startedAt: number;
  /** Time of this frame. */
  now: number;
  /** The last frame, without the line that moves. */
  closed: boolean;
}

/** One frame: a line per stage that has started and, while it runs, a line with a spinner. */
export function frame(
  { workflowId, status, temporal, resumed, interrupting, followed, since, startedAt, now, closed }: Scene,
  terminal: Terminal,
): string[] {
  const { columns, style } = terminal;
  const spinner = SPINNER[Math.floor(now / FRAME_MS) % SPINNER.length] ?? '';
  if (followed === undefined || followed.stages.length === 0) {
    const what = t(followed?.notice ?? status);
    return [truncate(`${spinner} ${what} · ${duration((now - startedAt) / 1000)}`, columns - 1)];
  }
  const lines = [style('bold', truncate(header(followed, temporal, resumed), columns - 1))];
  for (const stage of followed.stages) {
    if (stage.state === 'skipped' || stage.state === 'waiting') continue;
    const elapsed = (now - (since.get(stage.name) ?? now)) / 1000;
    lines.push(stageLine(stage, { columns, style, bar: true, elapsed }).trimEnd());
  }
  if (followed.state === 'running' && !closed) {
    const { hold, notice = hold && describeHold(hold, workflowId) } = followed;
    const line = `${spinner} ${notice === undefined ? `${duration((now - startedAt) / 1000)} · ${t(interrupting)}` : t(notice)}`;
    lines.push(style(notice === undefined ? 'dim' : 'yellow', truncate(line, columns - 1)));
  }
  return lines;
}

/** For terminals: redraws a frame in place, about eight times a second. */
export class LiveView implements ProgressView {
  readonly #terminal: Terminal;
  readonly #draw: ReturnType<typeof createLogUpdate>;
  readonly #scene: { -readonly [K in keyof Scene]: Scene[K] } & { since: Map<StageName, number> };
  readonly #timer: NodeJS.Timeout;

  constructor(terminal: Terminal, draw = createLogUpdate(process.stderr)) {
    this.#terminal = terminal;
    this.#draw = draw;
    const now = performance.now();
    this.#scene = {
      workflowId: '',
      status: 'Starting',
      temporal: '',
      resumed: false,
      interrupting: '',
      since: new Map(),
      startedAt: now,
      now,
      closed: false,
    };
    this.#timer = setInterval(() => this.#redraw(), FRAME_MS);
    this.#timer.unref();
  }

  status(line: string): void {
    this.#scene.status = line;
    this.#redraw();
  }

  attach(run: Attached): void {
    Object.assign(this.#scene, run);
  }

  update(followed: Followed): void {
    for (const { name, state } of followed.stages) {
      if (state === 'running' && !this.#scene.since.has(name)) this.#scene.since.set(name, performance.now());
    }
    this.#scene.followed = followed;
    this.#redraw();
  }

  close(): void {
    if (this.#scene.closed) return;
    clearInterval(this.#timer);
    this.#scene.closed = true;
    if (this.#scene.followed?.stages.length) this.#redraw();
    else this.#draw.clear();
    this.#draw.done();
  }

  #redraw(): void {
    this.#scene.now = performance.now();
    this.#draw(frame(this.#scene, this.#terminal).join('\n'));
  }
}
