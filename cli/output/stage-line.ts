import type { Stage, StageProgress } from '../../core/contracts/progress.ts';
import { t } from '../i18n/translate.ts';
import { bar, duration, justify, padEnd, quantity, truncate } from './format.ts';
import type { Terminal } from './terminal.ts';

const NAME = 12;
const BAR = 19;
/** Wider lines are hard to read, because the time stands at their right end. */
const WIDEST = 92;

export interface StageView {
  columns: number;
  style: Terminal['style'];
  /** Draw a bar. */
  bar: boolean;
  /** Seconds the stage has been seen running. */
  elapsed?: number;
}

/** One stage as one line: its name, its summary or progress, and the time it took. */
export function stageLine(stage: Stage, view: StageView): string {
  const width = Math.min(view.columns - 1, WIDEST) - 2 - NAME;
  const name = view.style(stage.state === 'failed' ? 'red' : 'bold', padEnd(t(stage.name), NAME));
  return `  ${name}${text(stage, width, view)}`;
}

function text({ state, summary = '', seconds, progress }: Stage, width: number, view: StageView): string {
  const { style, elapsed = 0 } = view;
  switch (state) {
    case 'done':
      return justify(t(summary), seconds === undefined ? '' : duration(seconds), width);
    case 'reused':
      return justify(t(summary), t(seconds === undefined ? 'reused' : `reused, took ${duration(seconds)}`), width);
    case 'running':
      if (progress === undefined)
        return truncate(t(elapsed < 1 ? 'running' : `running for ${duration(elapsed)}`), width);
      return truncate(view.bar ? withBar(progress) : progressText(progress), width);
    case 'paused':
    case 'cancelled':
      return style('dim', truncate(progress ? `${t(state)} · ${progressText(progress)}` : t(state), width));
    case 'failed':
      return style('red', truncate(t(summary === '' ? 'failed' : `failed: ${summary}`), width));
    default:
      return style('dim', t(state));
  }
}

function withBar(progress: StageProgress): string {
  return progress.total > 0
    ? `${bar(progress.done, progress.total, BAR)} ${progressText(progress)}`
    : progressText(progress);
}

/** `41/68 steps · loss 0.41 · 15.2 pairs/s · 14 s left` */
function progressText({
  done,
  total,
  unit,
  rate,
  etaSeconds,
  note,
  waitsUntil = 0,
  waitsFor = 'its turn',
}: StageProgress): string {
  const count = total > 0 ? `${quantity(done)}/${quantity(total)}` : quantity(done);
  // The progress of training is counted in steps, its rate in pairs.
  const rateUnit = unit === 'steps' ? 'pairs' : unit;
  const waitSeconds = Math.ceil((waitsUntil - Date.now()) / 1000);
  return [
    `${count} ${t(unit)}`,
    waitSeconds > 0
      ? t(`waiting for ${waitsFor}, ${waitSeconds < 60 ? `${waitSeconds} s` : duration(waitSeconds)}`)
      : undefined,
    note === undefined ? undefined : t(note),
    rate === undefined ? undefined : `${quantity(rate)} ${t(rateUnit)}/s`,
    etaSeconds === undefined
      ? undefined
      : t(`${etaSeconds < 60 ? `${Math.ceil(etaSeconds)} s` : duration(etaSeconds)} left`),
  ]
    .filter((part) => part !== undefined && part !== '')
    .join(' · ');
}
