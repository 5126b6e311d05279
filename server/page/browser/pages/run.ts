import type { Hold } from '../../../../core/contracts/control.ts';
import { dollars, duration } from '../../../../core/report/page/format.ts';
import { type CurvePoint, withProgress } from '../../curve.ts';
import { ask, events, Problem, part } from '../api.ts';
import { approvalPanel } from '../approval-panel.ts';
import { curveFigure } from '../curve-figure.ts';
import { h, show } from '../dom.ts';
import { action, confirmed, field, heading, may, type Place, stateMark, time, wrong } from '../parts.ts';
import { resultSection } from '../result-section.ts';
import { currentStage, type Ended, type Followed, paidFor, type RunDescription, secondsOf } from '../runs-data.ts';
import { texts } from '../session.ts';
import { stageList } from '../stage-list.ts';

/** Curves of runs that were watched since the page was loaded: run id -> points. */
const curves = new Map<string, CurvePoint[]>();
const RECONNECT_MS = 3000;

/** A run: what it is doing, what it asks, what it came to. */
export async function runPage({ main, signal }: Place, id: string): Promise<void> {
  const run = await ask<RunDescription>(`runs/${part(id)}`, { signal });
  const t = texts();
  const state = h('span', { role: 'status' });
  const notice = h('div', { role: 'status' });
  const asks = h('div');
  const controls = h('div');
  const outcome = h('div');
  const result = h('div');
  const curve = curveFigure();
  const stages = stageList();
  const paid = h('dd');
  const paidRow = h('div', { hidden: true }, h('dt', {}, t.paid), paid);
  show(
    main,
    h('div', { class: 'head' }, heading(run.title ?? id, id), state),
    notice,
    outcome,
    asks,
    controls,
    result,
    curve.element,
    stages.element,
    facts(run, paidRow),
  );

  let shownHold = '';
  const update = (followed: Followed) => {
    const { hold } = followed;
    const word = hold ? t.held[hold.state] : t.states[followed.state];
    if (state.textContent !== word) show(state, stateMark(hold?.state ?? followed.state, word));
    if (notice.textContent !== (followed.notice ?? '')) {
      show(notice, followed.notice !== undefined && h('p', { class: 'caveat' }, followed.notice));
    }
    stages.update(followed.stages);
    curves.set(run.runId, withProgress(curves.get(run.runId) ?? [], currentStage(followed.stages)?.progress));
    curve.update(curves.get(run.runId) ?? []);
    const sum = paidFor(followed.stages);
    paidRow.hidden = sum === undefined || sum === 0;
    show(paid, dollars(sum ?? 0));
    // Only when they change: what a person is about to press or to write must stay.
    const shown = JSON.stringify([followed.state, hold]);
    if (shown === shownHold) return;
    shownHold = shown;
    show(asks, followed.state === 'running' && hold?.state === 'approval' && approvalPanel(id, hold, signal));
    show(controls, followed.state === 'running' && may('operator') && buttons(id, hold, outcome));
  };

  curve.update(curves.get(run.runId) ?? []);
  void follow(id, signal, update, notice).then(async (ended) => {
    if (ended) await showResult(id, ended, result);
  });
}

/** Follows a run to its end, through connections that break. @returns its last state; undefined if it was left. */
async function follow(
  id: string,
  signal: AbortSignal,
  update: (followed: Followed) => void,
  notice: HTMLElement,
): Promise<Followed['state'] | undefined> {
  while (!signal.aborted) {
    try {
      for await (const { event, data } of events(`runs/${part(id)}/events`, signal)) {
        const told = JSON.parse(data);
        if (event === 'error') throw new Problem(0, told.message, told.advice);
        update(told as Followed);
        if (event === 'end') return (told as Followed).state;
      }
    } catch (error) {
      if (signal.aborted) return undefined;
      if (error instanceof Problem && error.status >= 400 && error.status < 500 && error.status !== 429) {
        show(notice, wrong(error));
        return undefined;
      }
    }
    if (signal.aborted) return undefined;
    show(notice, h('p', { class: 'caveat' }, texts().reconnecting));
    await new Promise((resolve) => setTimeout(resolve, RECONNECT_MS));
  }
  return undefined;
}

async function showResult(id: string, state: Followed['state'], place: HTMLElement): Promise<void> {
  try {
    const ended = await ask<Ended>(`runs/${part(id)}/result`);
    show(place, resultSection(id, ended));
  } catch (error) {
    // A cancelled run has nothing that went wrong.
    if (state !== 'cancelled') show(place, wrong(error));
  }
}

function buttons(id: string, hold: Hold | undefined, outcome: HTMLElement): HTMLElement {
  const t = texts();
  const send = (request: string) => ask(`runs/${part(id)}/${request}`, { method: 'POST' });
  const isPaused = hold?.state === 'paused';
  const pauseOrResume = isPaused
    ? action(t.resume, 'first', outcome, async () => void (await send('resume')))
    : hold === undefined && action(t.pause, '', outcome, async () => void (await send('pause')));
  const cancel = confirmed(t.cancel, { question: t.confirmCancel, keep: t.keep, outcome }, async () => {
    await send('cancel');
    show(outcome, h('p', { class: 'note', role: 'status' }, t.cancelling));
  });
  return h('div', { class: 'actions' }, pauseOrResume, cancel);
}

function facts(run: RunDescription, paid: HTMLElement): HTMLElement {
  const t = texts();
  const { startedAt, request, unreadable } = run;
  const seconds = secondsOf(run);
  return h(
    'section',
    {},
    h(
      'dl',
      { class: 'fields' },
      field(t.startedAt, time(startedAt)),
      field(t.duration, seconds === undefined ? undefined : duration(seconds)),
      paid,
    ),
    h(
      'details',
      {},
      h('summary', {}, t.request),
      h('pre', { tabindex: 0 }, unreadable ?? JSON.stringify(request, null, 2)),
    ),
  );
}
