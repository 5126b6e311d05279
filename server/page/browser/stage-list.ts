import type { Stage } from '../../../core/contracts/progress.ts';
import { dollars, duration, integer } from '../../../core/report/page/format.ts';
import { h, show } from './dom.ts';
import { texts } from './session.ts';

/** The stages of a run, in order. */
export function stageList(): { element: HTMLElement; update(stages: readonly Stage[]): void } {
  const t = texts();
  const list = h('ol', { class: 'stages' });
  const empty = h('p', { class: 'empty' }, t.noWorkerAnswers);
  return {
    element: h('section', {}, h('h2', {}, t.stageList), empty, list),
    update(stages) {
      empty.hidden = stages.length > 0;
      show(list, stages.map(row));
    },
  };
}

function row({ name, state, summary, progress, seconds, cost }: Stage): HTMLElement {
  const t = texts();
  const label = t.stages[name];
  const isMoving = (state === 'running' || state === 'paused') && progress !== undefined;
  const took = [
    seconds !== undefined && state !== 'running' ? duration(seconds) : undefined,
    cost !== undefined && cost > 0 ? dollars(cost) : undefined,
  ].filter((one) => one !== undefined);
  return h(
    'li',
    { class: state },
    h('span', {}, label),
    h(
      'div',
      { class: 'what' },
      isMoving ? moving(progress) : (summary ?? t.stageStates[state]),
      isMoving &&
        progress.total > 0 &&
        h('progress', { max: progress.total, value: progress.done, 'aria-label': t.progressOf(label) }),
    ),
    h(
      'span',
      { class: 'took' },
      [isMoving || !summary ? undefined : t.stageStates[state], ...took].filter(Boolean).join(' · '),
    ),
  );
}

function moving({ done, total, unit, note, etaSeconds }: NonNullable<Stage['progress']>): string {
  const t = texts();
  const rounded = (count: number) => integer(Math.round(count));
  return [
    total > 0 && t.doneOf(rounded(done), rounded(total), t.units[unit] ?? unit),
    note,
    etaSeconds !== undefined && t.remaining(duration(etaSeconds)),
  ]
    .filter(Boolean)
    .join(' · ');
}
