import type { Comparison, Metrics } from '../contracts/evaluation.ts';
import type { RetrainResult } from '../contracts/retrain.ts';
import { interval, metricLabel, points, ratio } from './format.ts';
import { type Html, html } from './html.ts';
import { renderPage } from './page.ts';
import { fact } from './section-data.ts';

const HEADINGS = {
  unchanged: 'nothing to do',
  same: 'nothing to promote',
  refused: 'not promoted',
  promoted: 'promoted',
} as const;

const VERDICTS = { unchanged: 'undecided', same: 'undecided', refused: 'worse', promoted: 'better' } as const;

const SHOWN = ['hit@1', 'hit@5', 'mrr@10', 'ndcg@10'];

/**
 * Why a retraining did what it did, as one HTML page: the decision, what had changed, how the model in production did
 * on it, and how the new model did beside that.
 * @param runReport where the report of the run that trained lies, from this page.
 */
export function renderDecision(
  { name, decision, reason, version, changes, production, gain, general }: RetrainResult,
  runReport: string | undefined,
): string {
  const { changed, added, removed, unchanged, paths } = changes;
  const counts = { changed, added, removed, unchanged };
  return renderPage({
    lang: 'en',
    kind: 'Retraining',
    kicker: `Retraining · ${name} v${version}`,
    heading: `${name}: ${HEADINGS[decision]}`,
    body: html`<section class="verdict ${VERDICTS[decision]}" aria-labelledby="decision">
<p class="decision" id="decision">${reason}</p>
${runReport && html`<p><a href="${runReport}">Report of the run that trained</a></p>`}
</section>
<section>
<h2>Documents since the last promotion</h2>
<dl class="facts">${Object.entries(counts).map(([what, count]) => fact(what, count))}</dl>
${paths.length > 0 ? html`<p class="note">${paths.join(', ')}</p>` : undefined}
</section>
${
  production &&
  html`<section>
<h2>${name} v${production.version}, before anything was trained</h2>
${metricTable([
  [`all ${production.evaluation.queries} questions`, production.evaluation.metrics],
  ...(production.fresh ? [[`${production.fresh.queries} on what is new`, production.fresh.metrics] as const] : []),
])}
</section>`
}
${
  gain &&
  html`<section>
<h2>The new model beside ${production ? `${name} v${production.version}` : 'its base'}</h2>
<dl class="facts">${difference('validation questions', gain)}${general && difference('general set', general)}</dl>
</section>`
}`,
  });
}

function metricTable(rows: readonly (readonly [string, Metrics])[]): Html {
  return html`<div class="scroll"><table class="numbers">
<thead><tr><th></th>${SHOWN.map((metric) => html`<th scope="col">${metricLabel(metric)}</th>`)}</tr></thead>
<tbody>${rows.map(
    ([what, metrics]) =>
      html`<tr><th scope="row">${what}</th>${SHOWN.map((metric) => {
        const estimate = metrics[metric];
        return estimate
          ? html`<td>${ratio(estimate.value)}<small>${interval(estimate)}</small></td>`
          : html`<td>–</td>`;
      })}</tr>
`,
  )}</tbody></table></div>`;
}

function difference(where: string, { metric, difference: { value, low, high }, queries }: Comparison): Html {
  const over = queries === undefined ? '' : `, ${queries} questions`;
  return fact(
    `${metricLabel(metric)} on the ${where}${over}`,
    `${points(value)} points (95 % confidence interval ${points(low)} to ${points(high)})`,
  );
}
