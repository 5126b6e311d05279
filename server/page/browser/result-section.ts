import type { DatasetEvaluation, RunResult } from '../../../core/contracts/run-result.ts';
import { dollars, integer, interval, metricLabel, points, ratio } from '../../../core/report/page/format.ts';
import { part } from './api.ts';
import { h } from './dom.ts';
import { field } from './parts.ts';
import { type Ended, isRetrain } from './runs-data.ts';
import { key, texts } from './session.ts';

const SHOWN_METRICS = ['hit@1', 'hit@5', 'mrr@10', 'ndcg@10'];

/** What a run has come to: whether it is better, by how much, what was published, and the report. */
export function resultSection(workflowId: string, ended: Ended): HTMLElement {
  const t = texts();
  const result = isRetrain(ended) ? ended.run?.result : ended;
  return h(
    'section',
    {},
    h('h2', {}, t.result),
    isRetrain(ended) && [
      h('p', { class: 'decision' }, h('strong', {}, t.decisions[ended.decision])),
      h('p', {}, ended.reason),
      h('p', { class: 'note' }, t.changes(ended.changes.changed, ended.changes.added, ended.changes.removed)),
      ended.run && h('p', {}, h('a', { href: `#/runs/${part(ended.run.workflowId)}` }, t.openTrainingRun)),
    ],
    result && [verdict(result), metrics(result.evaluations[0]), reportForm(workflowId)],
    ended.cost?.dollars !== undefined && h('dl', { class: 'fields' }, field(t.paid, dollars(ended.cost.dollars))),
  );
}

function verdict({ evaluations: [{ gain }], published }: RunResult): HTMLElement {
  const t = texts();
  const { value, low, high } = gain.difference;
  const kind = low > 0 ? 'better' : high < 0 ? 'worse' : 'undecided';
  return h(
    'div',
    { class: `verdict ${kind}` },
    h('p', { class: 'decision' }, h('strong', {}, t[kind])),
    h('p', {}, t.gain(metricLabel(gain.metric), points(value), points(low), points(high))),
    published &&
      h(
        'p',
        { class: 'published' },
        published.promoted ? t.promoted(published.name, published.version) : t.notPromoted(published.name),
        h('br'),
        h('small', {}, published.reason),
      ),
  );
}

function metrics({ base, tuned, others }: DatasetEvaluation): HTMLElement {
  const t = texts();
  const row = (name: string, system: typeof base, kind?: string) =>
    h(
      'tr',
      { class: kind },
      h('th', { scope: 'row' }, name),
      SHOWN_METRICS.map((metric) => {
        const mean = system.metrics[metric];
        return h('td', {}, mean ? [ratio(mean.value), h('small', {}, interval(mean))] : '–');
      }),
    );
  return h(
    'div',
    { class: 'scroll', tabindex: 0, role: 'region', 'aria-label': t.result },
    h(
      'table',
      { class: 'numbers' },
      h('caption', { class: 'note' }, t.metricsOn(integer(base.queries), integer(base.passages))),
      h(
        'thead',
        {},
        h(
          'tr',
          {},
          h('th', { scope: 'col' }, t.system),
          SHOWN_METRICS.map((metric) => h('th', { scope: 'col' }, metricLabel(metric))),
        ),
      ),
      h(
        'tbody',
        {},
        row(t.base, base),
        row(t.tuned, tuned, 'tuned'),
        others.map((one) => row(one.system, one)),
      ),
    ),
  );
}

/** A link could send no key, and an address must not hold one. */
function reportForm(workflowId: string): HTMLElement {
  const t = texts();
  const attributes = { method: 'post', action: `reports/${part(workflowId)}`, target: '_blank', rel: 'noopener' };
  return h(
    'form',
    { ...attributes, class: 'actions' },
    h('input', { type: 'hidden', name: 'key', value: key.get() ?? '' }),
    h('button', { type: 'submit', class: 'first' }, t.openReport, h('small', { class: 'unseen' }, t.newTab)),
  );
}
