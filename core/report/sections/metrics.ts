import type { Evaluation, MeanWithInterval } from '../../contracts/evaluation.ts';
import type { DatasetEvaluation } from '../../contracts/run-result.ts';
import type { Words } from '../i18n/words-en.ts';
import { COLORS, renderChart } from '../page/chart.ts';
import { interval, metricLabel, points, ratio } from '../page/format.ts';
import { type Html, html } from '../page/html.ts';

/** Metrics of the table; the full list is folded. */
const MAIN_METRICS = ['hit@1', 'hit@5', 'hit@10', 'mrr@10', 'ndcg@10'];

/**
 * Metrics of all systems on one dataset: a chart of the deciding metric, a table of the usual metrics, and a folded
 * table of all metrics.
 * @param note a sentence about the dataset; may be empty.
 */
export async function metricsSection(
  evaluation: DatasetEvaluation,
  heading: string,
  note: string,
  words: Words,
): Promise<Html> {
  const { base, gain } = evaluation;
  const { metric, difference } = gain;
  const systems = namedSystems(evaluation, words);
  const names = Object.keys(evaluation.tuned.metrics);
  const shown = MAIN_METRICS.filter((name) => names.includes(name));
  return html`<section>
<h2>${heading}</h2>
<p>${words.sentences(words.evaluatedOn(base.queries, base.passages, base.documents), note, words.intervals)}</p>
<figure class="wide">${await intervalChart(systems, metric, words)}</figure>
${metricTable(systems, shown.length > 0 ? shown : names, words)}
<p class="note">${words.gain(metricLabel(metric), points(difference.value), points(difference.low), points(difference.high))}</p>
<details><summary>${words.allMetrics}</summary>${allMetrics(systems, names)}</details>
</section>`;
}

/** Base and tuned model get names in the report's language. */
function namedSystems({ base, tuned, others }: DatasetEvaluation, words: Words): Evaluation[] {
  return [{ ...base, system: words.base }, { ...tuned, system: words.tuned }, ...others];
}

function metricTable(systems: readonly Evaluation[], names: readonly string[], words: Words): Html {
  return html`<div class="scroll"><table class="numbers metrics">
<thead><tr><th scope="col">${words.system}</th>${names.map((name) => html`<th scope="col">${metricLabel(name)}</th>`)}</tr></thead>
<tbody>${systems.map(
    ({
      system,
      metrics,
    }) => html`<tr${rowClass(system, words)}><th scope="row">${system}</th>${names.map((name) => metricCell(metrics[name]))}</tr>
`,
  )}</tbody></table></div>`;
}

function allMetrics(systems: readonly Evaluation[], names: readonly string[]): Html {
  return html`<div class="scroll"><table class="numbers">
<thead><tr><th></th>${systems.map(({ system }) => html`<th scope="col">${system}</th>`)}</tr></thead>
<tbody>${names.map(
    (
      name,
    ) => html`<tr><th scope="row">${metricLabel(name)}</th>${systems.map(({ metrics }) => metricCell(metrics[name]))}</tr>
`,
  )}</tbody></table></div>`;
}

export function metricCell(mean: MeanWithInterval | undefined): Html {
  if (mean === undefined) return html`<td>–</td>`;
  return html`<td>${ratio(mean.value)}<small>${interval(mean)}</small></td>`;
}

function rowClass(system: string, words: Words): Html {
  return system === words.tuned ? html` class="tuned"` : html``;
}

/** Each system's mean as a point on its 95 % interval. */
function intervalChart(systems: readonly Evaluation[], metric: string, words: Words): Promise<Html> {
  const values = systems.flatMap(({ system, metrics }) => {
    const mean = metrics[metric];
    return mean === undefined ? [] : [{ system, ...mean }];
  });
  const domain = paddedDomain(values);
  const color = {
    field: 'system',
    type: 'nominal',
    legend: null,
    scale: {
      domain: values.map(({ system }) => system),
      range: values.map(({ system }) => (system === words.tuned ? COLORS.tuned : COLORS.muted)),
    },
  } as const;
  const y = {
    field: 'system',
    type: 'nominal',
    sort: null,
    axis: { title: null, domain: false, ticks: false, labelLimit: 220, labelFontSize: 13, labelColor: 'var(--ink)' },
  } as const;
  const x = (field: string) =>
    ({
      field,
      type: 'quantitative',
      scale: { domain },
      axis: { title: metricLabel(metric) },
    }) as const;
  return renderChart(words.intervalChart(metricLabel(metric)), {
    width: 720,
    height: { step: 34 },
    data: { values },
    encoding: { y, color },
    layer: [
      { mark: { type: 'rule', strokeWidth: 3, opacity: 0.45 }, encoding: { x: x('low'), x2: { field: 'high' } } },
      { mark: { type: 'point', filled: true, size: 90, opacity: 1 }, encoding: { x: x('value') } },
    ],
  });
}

/** From the lowest to the highest end of an interval with some space, within 0 and 1. */
function paddedDomain(values: readonly { low: number; high: number }[]): [number, number] {
  const low = Math.min(...values.map((value) => value.low));
  const high = Math.max(...values.map((value) => value.high));
  const padding = Math.max(0.04 * (high - low), 0.01);
  return [Math.max(0, low - padding), Math.min(1, high + padding)];
}
