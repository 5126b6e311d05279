import type { Evaluation } from '../../contracts/evaluation.ts';
import type { DatasetEvaluation } from '../../contracts/run-result.ts';
import { intervalChart } from '../charts.ts';
import { interval, metricLabel, points, ratio } from '../format.ts';
import { type Html, html } from '../html.ts';
import type { Words } from '../i18n/words-en.ts';

/** What the table shows at once; the rest is folded. */
const SHOWN = ['hit@1', 'hit@5', 'hit@10', 'mrr@10', 'ndcg@10'];

/** One evaluation's systems with their figures: a picture of the deciding one, a table of the usual ones, all of them folded. */
export async function figuresSection(
  evaluation: DatasetEvaluation,
  heading: string,
  note: string,
  words: Words,
): Promise<Html> {
  const { base, gain } = evaluation;
  const { metric, difference } = gain;
  const systems = namedSystems(evaluation, words);
  const names = Object.keys(evaluation.tuned.metrics);
  const shown = SHOWN.filter((name) => names.includes(name));
  return html`<section>
<h2>${heading}</h2>
<p>${words.sentences(words.evaluatedOn(base.queries, base.passages), note, words.intervals)}</p>
<figure class="wide">${await intervalChart(systems, metric, words)}</figure>
${metricTable(systems, shown.length > 0 ? shown : names, words)}
<p class="note">${words.gain(metricLabel(metric), points(difference.value), points(difference.low), points(difference.high))}</p>
<details><summary>${words.allMetrics}</summary>${allMetrics(systems, names)}</details>
</section>`;
}

/** Base and tuned under the report's own names for them, then the others as they are called. */
function namedSystems({ base, tuned, others }: DatasetEvaluation, words: Words): Evaluation[] {
  return [{ ...base, system: words.base }, { ...tuned, system: words.tuned }, ...others];
}

function metricTable(systems: readonly Evaluation[], names: readonly string[], words: Words): Html {
  return html`<div class="scroll"><table class="numbers figures">
<thead><tr><th scope="col">${words.system}</th>${names.map((name) => html`<th scope="col">${metricLabel(name)}</th>`)}</tr></thead>
<tbody>${systems.map(
    ({
      system,
      metrics,
    }) => html`<tr${rowClass(system, words)}><th scope="row">${system}</th>${names.map((name) => cell(metrics[name]))}</tr>
`,
  )}</tbody></table></div>`;
}

function allMetrics(systems: readonly Evaluation[], names: readonly string[]): Html {
  return html`<div class="scroll"><table class="numbers">
<thead><tr><th></th>${systems.map(({ system }) => html`<th scope="col">${system}</th>`)}</tr></thead>
<tbody>${names.map(
    (
      name,
    ) => html`<tr><th scope="row">${metricLabel(name)}</th>${systems.map(({ metrics }) => cell(metrics[name]))}</tr>
`,
  )}</tbody></table></div>`;
}

function cell(estimate: Evaluation['metrics'][string] | undefined): Html {
  if (estimate === undefined) return html`<td>–</td>`;
  return html`<td>${ratio(estimate.value)}<small>${interval(estimate)}</small></td>`;
}

function rowClass(system: string, words: Words): Html {
  return system === words.tuned ? html` class="tuned"` : html``;
}
