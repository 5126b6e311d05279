import { dollars, duration, metricLabel, ratio } from '../../../../core/report/page/format.ts';
import { ask, part } from '../api.ts';
import { h, show } from '../dom.ts';
import { heading, may, type Place, stateMark, time } from '../parts.ts';
import {
  currentStage,
  type Ended,
  type Followed,
  isRetrain,
  paidFor,
  type RunSummary,
  secondsOf,
} from '../runs-data.ts';
import { texts } from '../session.ts';

const FIRST = 20;
const REFRESH_MS = 4000;
/** Requests at once for what the rows show in addition. */
const AT_ONCE = 4;

/** What a row shows beside the summary: of a running one its progress, of one that is done its result. */
interface More {
  readonly followed?: Followed;
  readonly ended?: Ended;
}

/** Results do not change: run id -> result. */
const results = new Map<string, Ended>();

/** The list of runs, latest first, which follows what happens. */
export async function runsPage({ main, signal }: Place): Promise<void> {
  const t = texts();
  const rows = h('ul', { class: 'rows' });
  const below = h('div', { class: 'actions' });
  let limit = FIRST;

  const refresh = async () => {
    const { runs } = await ask<{ runs: RunSummary[] }>(`runs?limit=${limit}`, { signal });
    if (signal.aborted) return;
    // Progress takes seconds where no worker answers: the rows do not wait for it.
    if (rows.childElementCount === 0) present(runs, []);
    const details = await detailsOf(runs, signal);
    if (!signal.aborted) present(runs, details);
  };
  const present = (runs: readonly RunSummary[], details: readonly More[]) => {
    const focused = document.activeElement?.getAttribute('href');
    show(
      rows,
      runs.map((run, i) => row(run, details[i] ?? {})),
    );
    if (focused) [...rows.querySelectorAll('a')].find((one) => one.getAttribute('href') === focused)?.focus();
    rows.hidden = runs.length === 0;
    show(below, runs.length === limit && moreButton(), runs.length === 0 && h('p', { class: 'empty' }, t.noRuns));
  };
  const moreButton = () => {
    const showMore = () => {
      limit = Math.min(1000, limit * 3);
      void refresh();
    };
    return h('button', { type: 'button', click: showMore }, t.more);
  };

  const start = may('operator') && h('a', { class: 'button first', href: '#/start' }, t.start);
  show(main, h('div', { class: 'head' }, heading(t.runs), start), rows, below);
  await refresh();
  repeat(refresh, signal);
}

/** Repeats a request until the page is left; a failure is tried again with the next one. */
function repeat(request: () => Promise<void>, signal: AbortSignal): void {
  const timer = setInterval(() => {
    if (!document.hidden) request().catch(() => undefined);
  }, REFRESH_MS);
  signal.addEventListener('abort', () => clearInterval(timer));
}

async function detailsOf(runs: readonly RunSummary[], signal: AbortSignal): Promise<More[]> {
  const details: More[] = [];
  const open = [...runs.entries()];
  const work = async () => {
    for (let next = open.shift(); next; next = open.shift()) details[next[0]] = await moreOf(next[1], signal);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return details;
}

/** Without what cannot be read now: the list is of use without it. */
async function moreOf({ workflowId, runId, state }: RunSummary, signal: AbortSignal): Promise<More> {
  try {
    if (state === 'running') return { followed: await ask<Followed>(`runs/${part(workflowId)}/progress`, { signal }) };
    if (state !== 'done') return {};
    const ended = results.get(runId) ?? (await ask<Ended>(`runs/${part(workflowId)}/result`, { signal }));
    results.set(runId, ended);
    return { ended };
  } catch {
    return {};
  }
}

function row(run: RunSummary, { followed, ended }: More): HTMLElement {
  const t = texts();
  const { workflowId, state, hold, title, kind, startedAt, cost, unreadable } = run;
  const stage = followed && currentStage(followed.stages);
  const { progress } = stage ?? {};
  const seconds = secondsOf(run);
  const paid = followed ? paidFor(followed.stages) : (ended?.cost ?? cost)?.dollars;
  return h(
    'li',
    {},
    h('span', { class: 'name' }, h('a', { href: `#/runs/${part(workflowId)}`, dir: 'auto' }, title ?? workflowId)),
    hold ? stateMark(hold, t.held[hold]) : stateMark(state, t.states[state]),
    h(
      'p',
      { class: 'meta' },
      kind === 'retrain' && h('span', {}, t.retraining),
      unreadable && h('span', {}, unreadable),
      h('span', {}, time(startedAt)),
      stage && h('span', {}, t.stages[stage.name]),
      progress?.etaSeconds !== undefined && h('span', {}, t.remaining(duration(progress.etaSeconds))),
      seconds !== undefined && h('span', {}, t.took(duration(seconds))),
      ended && h('span', {}, outcomeOf(ended)),
      paid !== undefined && paid > 0 && h('span', {}, t.cost(dollars(paid))),
    ),
    progress &&
      progress.total > 0 &&
      h('progress', { max: progress.total, value: progress.done, 'aria-label': t.progressOf(title ?? workflowId) }),
  );
}

/** The result in a few words: what was decided, or how the metric changed. */
function outcomeOf(ended: Ended): string {
  const t = texts();
  if (isRetrain(ended)) return t.decisions[ended.decision];
  const [{ base, tuned, gain }] = ended.evaluations;
  const value = ({ metrics }: typeof base) => ratio(metrics[gain.metric]?.value ?? 0);
  return t.metricChange(metricLabel(gain.metric), value(base), value(tuned));
}
