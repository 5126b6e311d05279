import { duration } from '../../../../core/report/page/format.ts';
import { ask, part } from '../api.ts';
import { h, show } from '../dom.ts';
import { action, confirmed, heading, labelled, may, moment, type Place, stateMark, time } from '../parts.ts';
import { EXAMPLE_INPUT } from '../runs-data.ts';
import { texts } from '../session.ts';

interface Schedule {
  readonly name: string;
  readonly publishes?: string;
  /** Why `publishes` cannot be read. */
  readonly unreadable?: string;
  readonly everyMs?: number;
  readonly cron?: string;
  readonly timezone?: string;
  readonly paused: boolean;
  readonly note?: string;
  readonly next: readonly string[];
}

interface ScheduleDetails extends Schedule {
  readonly skipped: { readonly overlap: number; readonly missed: number };
  readonly runs: readonly {
    readonly workflowId: string;
    readonly startedAt: string;
    readonly state?: 'running' | 'done' | 'failed' | 'cancelled';
    readonly decision?: 'unchanged' | 'promoted' | 'refused' | 'identical';
    readonly reason?: string;
  }[];
}

/** The schedules of retrainings, and the form for another one. */
export async function schedulesPage({ main, signal }: Place): Promise<void> {
  const t = texts();
  const { schedules } = await ask<{ schedules: Schedule[] }>('schedules', { signal });
  const row = (schedule: Schedule) =>
    h(
      'li',
      {},
      h('span', { class: 'name' }, h('a', { href: `#/schedules/${part(schedule.name)}`, dir: 'auto' }, schedule.name)),
      mark(schedule),
      h(
        'p',
        { class: 'meta' },
        facts(schedule).map((fact) => h('span', {}, fact)),
      ),
    );
  show(
    main,
    heading(t.schedules),
    schedules.length > 0 ? h('ul', { class: 'rows' }, schedules.map(row)) : h('p', { class: 'empty' }, t.noSchedules),
    may('admin') && createForm(),
  );
}

/** A schedule with its latest retrainings. */
export async function schedulePage({ main, signal }: Place, name: string): Promise<void> {
  const t = texts();
  const outcome = h('div');
  const content = h('div');
  const refresh = async () => {
    const schedule = await ask<ScheduleDetails>(`schedules/${part(name)}`, { signal });
    const { note, runs, skipped } = schedule;
    const leftOut = [skipped.overlap > 0 && t.skipped(skipped.overlap), skipped.missed > 0 && t.missed(skipped.missed)];
    show(
      content,
      h(
        'p',
        { class: 'meta' },
        mark(schedule),
        facts(schedule).map((fact) => h('span', {}, fact)),
      ),
      note && h('p', { class: 'note' }, note),
      leftOut.map((line) => line && h('p', { class: 'note' }, line)),
      may('operator') && controls(schedule, outcome, refresh),
      h(
        'section',
        {},
        h('h2', {}, t.lastRuns),
        runs.length > 0 ? h('ul', { class: 'rows' }, runs.map(runRow)) : h('p', { class: 'empty' }, t.noRetrainings),
      ),
    );
  };
  await refresh();
  show(main, heading(name, t.schedules), outcome, content);
}

function mark({ paused }: Schedule): HTMLElement | undefined {
  return paused ? stateMark('paused', texts().held.paused) : undefined;
}

/** When it runs, and what for. */
function facts({ publishes, unreadable, everyMs, cron, timezone, next, paused }: Schedule): string[] {
  const t = texts();
  const times = [
    everyMs !== undefined && t.every(duration(everyMs / 1000)),
    cron && [cron, timezone].filter(Boolean).join(' '),
  ];
  const [soonest] = next;
  return [
    ...times,
    publishes ? t.publishes(publishes) : unreadable,
    !paused && soonest && t.next(moment(soonest)),
  ].filter((fact): fact is string => typeof fact === 'string' && fact !== '');
}

function runRow({ workflowId, startedAt, state, decision, reason }: ScheduleDetails['runs'][number]): HTMLElement {
  const t = texts();
  return h(
    'li',
    {},
    h('span', { class: 'name' }, h('a', { href: `#/runs/${part(workflowId)}` }, time(startedAt))),
    state && stateMark(state, t.states[state]),
    h('p', { class: 'meta' }, decision && h('span', {}, t.decisions[decision]), reason && h('span', {}, reason)),
  );
}

function controls({ name, paused }: Schedule, outcome: HTMLElement, refresh: () => Promise<void>): HTMLElement {
  const t = texts();
  const send = (request: string) =>
    ask<{ workflowId?: string }>(`schedules/${part(name)}/${request}`, { method: 'POST' });
  const tell = (text: string) => show(outcome, h('p', { class: 'note', role: 'status' }, text));
  const trigger = action(t.trigger, 'first', outcome, async () => {
    const { workflowId } = await send('trigger');
    await refresh();
    tell(workflowId === undefined ? t.notTriggered : t.triggered);
  });
  const change = action(paused ? t.resume : t.pause, '', outcome, async () => {
    await send(paused ? 'resume' : 'pause');
    await refresh();
  });
  const remove =
    may('admin') &&
    confirmed(t.remove, { question: t.confirmRemove, keep: t.keepSchedule, outcome }, async () => {
      await ask(`schedules/${part(name)}`, { method: 'DELETE' });
      location.hash = '#/schedules';
    });
  return h('div', { class: 'actions' }, trigger, change, remove);
}

function createForm(): HTMLElement {
  const t = texts();
  const name = h('input', { type: 'text', spellcheck: 'false' });
  const cron = h('input', { type: 'text', spellcheck: 'false' });
  const timezone = h('input', { type: 'text', spellcheck: 'false' });
  const text = h('textarea', { spellcheck: 'false', wrap: 'off' });
  cron.value = '0 3 * * *';
  timezone.value = Intl.DateTimeFormat().resolvedOptions().timeZone;
  text.value = EXAMPLE_INPUT;
  const outcome = h('div');
  const create = action(t.create, 'first', outcome, async () => {
    const { request } = await ask<{ request: object }>('inputs', { body: { text: text.value, kind: 'retrain' } });
    const zone = timezone.value.trim();
    const body = { name: name.value.trim(), request, cron: cron.value.trim(), ...(zone && { timezone: zone }) };
    await ask('schedules', { body });
    location.hash = `#/schedules/${part(body.name)}`;
  });
  return h(
    'details',
    { class: 'panel' },
    h('summary', {}, t.newSchedule),
    h(
      'div',
      { class: 'grid' },
      labelled(t.scheduleName, name),
      labelled(t.cron, cron, t.cronNote),
      labelled(t.timezone, timezone),
    ),
    labelled(t.input, text, t.inputNote),
    h('div', { class: 'actions' }, create),
    outcome,
  );
}
