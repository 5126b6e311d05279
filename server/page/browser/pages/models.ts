import type { ListedModel, ListedVersion, RegistryEvent, RolledBack } from '../../../../core/contracts/release.ts';
import { interval, metricLabel, points, ratio } from '../../../../core/report/page/format.ts';
import { ask, part } from '../api.ts';
import { h, show } from '../dom.ts';
import { action, heading, labelled, may, type Place, stateMark, time } from '../parts.ts';
import { texts } from '../session.ts';

/** Published names with their current versions. */
export async function modelsPage({ main, signal }: Place): Promise<void> {
  const t = texts();
  const { models } = await ask<{ models: ListedModel[] }>('models', { signal });
  const row = ({ name, current, versions: [version], unreadable }: ListedModel) =>
    h(
      'li',
      {},
      h('span', { class: 'name' }, h('a', { href: `#/models/${part(name)}`, dir: 'auto' }, name)),
      current > 0 && h('span', { class: 'state current' }, `v${current}`),
      version && h('p', { class: 'meta' }, figures(version), h('span', {}, time(version.promotedAt))),
      unreadable && h('p', { class: 'caveat' }, unreadable),
    );
  show(
    main,
    heading(t.models),
    models.length > 0 ? h('ul', { class: 'rows' }, models.map(row)) : h('p', { class: 'empty' }, t.noModels),
  );
}

/** A published name: its versions, and what moved it and why. */
export async function modelPage({ main, signal }: Place, name: string): Promise<void> {
  const t = texts();
  const outcome = h('div');
  const content = h('div');
  const refresh = async () => {
    const { current, versions, events, unreadable } = await ask<ListedModel>(`models/${part(name)}`, { signal });
    const rollBack = rollBackForm(name, current, versions, outcome, refresh);
    show(
      content,
      unreadable && h('p', { class: 'caveat' }, unreadable),
      h('section', {}, h('h2', {}, t.versions), h('ul', { class: 'rows' }, versions.map(versionRow)), rollBack),
      h('section', {}, h('h2', {}, t.history), h('ol', { class: 'events' }, events.map(eventRow))),
    );
  };
  await refresh();
  show(main, heading(name, t.models), outcome, content);
}

function versionRow(version: ListedVersion): HTMLElement {
  const t = texts();
  const { current, rolledBack, promotedAt, workflowId } = version;
  return h(
    'li',
    {},
    h('span', { class: 'name' }, `v${version.version}`),
    current ? stateMark('current', t.current) : rolledBack ? stateMark('rolled-back', t.rolledBack) : undefined,
    h(
      'p',
      { class: 'meta' },
      figures(version),
      h('span', {}, time(promotedAt)),
      h('a', { href: `#/runs/${part(workflowId)}` }, workflowId),
    ),
  );
}

function figures({ metric, score, gain, comparedWith }: ListedVersion): HTMLElement[] {
  const label = metricLabel(metric);
  return [
    h('span', {}, `${label} ${ratio(score.value)} (${interval(score)})`),
    h('span', {}, texts().comparedWith(points(gain.value), comparedWith)),
  ];
}

function eventRow({ kind, from, to, at, by, reason }: RegistryEvent): HTMLElement {
  const t = texts();
  const moved = kind === 'promotion' ? t.promotion(from, to) : t.rollback(from, to);
  return h(
    'li',
    {},
    h('strong', {}, moved),
    h('p', { class: 'meta' }, h('span', {}, time(at)), h('span', {}, t.by(by))),
    reason && h('p', {}, reason),
  );
}

/** For each earlier version a button, and the reason, which the history of the name keeps. */
function rollBackForm(
  name: string,
  current: number,
  versions: readonly ListedVersion[],
  outcome: HTMLElement,
  refresh: () => Promise<void>,
): HTMLElement | undefined {
  const t = texts();
  const earlier = versions.filter(({ version }) => version < current).slice(0, 3);
  if (!may('admin') || earlier.length === 0) return undefined;
  const reason = h('input', { type: 'text', maxlength: 500 });
  const button = ({ version }: ListedVersion) =>
    action(t.rollBackTo(version), 'danger', outcome, async () => {
      const body = { to: version, expected: current, reason: reason.value.trim() };
      const { to } = await ask<RolledBack>(`models/${part(name)}/rollback`, { body });
      await refresh();
      show(outcome, h('p', { class: 'note', role: 'status' }, t.rolledBackTo(to)));
    });
  return h('div', {}, labelled(t.rollBackReason, reason), h('div', { class: 'actions' }, earlier.map(button)));
}
